"""Letters that no space parts from the next word."""

from __future__ import annotations

import re

_IDEOGRAPHS = (
    "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_ALONE = re.compile(f"[{_IDEOGRAPHS}{_HIRAGANA}]|[{_KATAKANA}]+")


def separated(text: str) -> str:
    """With space around each ideograph, each hiragana and each run of katakana, which are words each.

    Elasticsearch's standard tokenizer has them so.
    """
    return text if text.isascii() else _ALONE.sub(r" \g<0> ", text)
