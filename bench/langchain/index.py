"""`python index.py FOLDER`: its texts into the index, cut as the article cuts them.

Prints how many chunks that were, and how long it took.
"""

import json
import os
import sys
import time
from pathlib import Path

from langchain_core.documents import Document
from langchain_elasticsearch import ElasticsearchStore
from langchain_openai import OpenAIEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

began, before = time.perf_counter(), time.process_time()
texts = [
    Document(path.read_text(), metadata={"source": path.name})
    for path in sorted(Path(sys.argv[1]).iterdir())
]
chunks = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_documents(texts)
ElasticsearchStore.from_documents(
    chunks,
    OpenAIEmbeddings(model="stand-in", check_embedding_ctx_length=False),
    es_url=os.environ["ELASTICSEARCH_URL"],
    index_name=os.environ["INDEX"],
)
spent = time.process_time() - before
taken = {"chunks": len(chunks), "seconds": time.perf_counter() - began, "cpu": spent}
print(json.dumps(taken))
