"""What a LangChain user runs: the same chain twice.

`/query` is the article's: a store and a chain made for each request, and a call that blocks in a handler
that must not. `/query_async` is the best that can be made of it: one store, one chain, nothing blocks.
"""

from __future__ import annotations

import os
from functools import cache

from fastapi import FastAPI
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_elasticsearch import AsyncElasticsearchStore, ElasticsearchStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

app = FastAPI()
model = ChatOpenAI(model="stand-in")
prompt = ChatPromptTemplate.from_template(
    "Use only this context to answer:\n{context}\n\nQuestion: {question}\n"
)
where = {"es_url": os.environ["ELASTICSEARCH_URL"], "index_name": os.environ["INDEX"]}


class Query(BaseModel):
    query: str
    top_k: int = 3


def embeddings() -> OpenAIEmbeddings:
    return OpenAIEmbeddings(model="stand-in", check_embedding_ctx_length=False)


def chain(store):
    context = store.as_retriever(search_kwargs={"k": 3})
    return {"context": context, "question": RunnablePassthrough()} | prompt | model | StrOutputParser()


@cache
def shared():
    return chain(AsyncElasticsearchStore(embedding=embeddings(), **where))


@app.post("/query")
async def query(asked: Query):
    return chain(ElasticsearchStore(embedding=embeddings(), **where)).invoke(asked.query)


@app.post("/query_async")
async def query_async(asked: Query):
    return await shared().ainvoke(asked.query)
