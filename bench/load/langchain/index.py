"""`python index.py FOLDER`: its texts into the index, cut as the article cuts them."""

import os
import sys
from pathlib import Path

from langchain_core.documents import Document
from langchain_elasticsearch import ElasticsearchStore
from langchain_openai import OpenAIEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

texts = [
    Document(path.read_text(), metadata={"source": path.name})
    for path in sorted(Path(sys.argv[1]).iterdir())
]
ElasticsearchStore.from_documents(
    RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_documents(texts),
    OpenAIEmbeddings(model="stand-in", check_embedding_ctx_length=False),
    es_url=os.environ["ELASTICSEARCH_URL"],
    index_name=os.environ["INDEX"],
)
