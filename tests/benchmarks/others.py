"""Retrieval as other people's libraries do it by their own guides, over the same texts with the same embedding.

They get our reading of each document (decoded, repaired, without running heads) as one text: its sections one after another, under their
headings.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from pythainlp.tokenize import word_tokenize

from app.domain import Document, Section
from app.embeddings.base import Embedding

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
try:
    from chromadb import EphemeralClient
    from chromadb.config import Settings as ChromaSettings
    from haystack import Document as HaystackDocument
    from haystack import Pipeline as HaystackPipeline
    from haystack import component
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document as LangChainDocument
    from langchain_core.retrievers import BaseRetriever
    from langchain_text_splitters import RecursiveCharacterTextSplitter
except ImportError as error:
    sys.exit(f'{error.name} is not installed; run: .venv/bin/python -m uv pip install --python .venv/bin/python -e ".[bench]"')

Key = tuple[str, str]  # document and label of a section
Cut = Callable[[str], list[str]]
Way = Callable[[str], Sequence[Sequence[Key]]]  # a question → what is found, best first: the sections that each place stands for

CHUNK, OVERLAP = 1000, 200  # characters, as in LangChain's tutorial
FETCHED = 20  # chunks asked of each retriever, so that ten places can be filled where several chunks are of one section
MOSTLY = 0.5  # share of a section that lies in a chunk, from which on the chunk stands for it


@dataclass(frozen=True)
class Text:
    """A document as one text, and where in it each section lies."""

    words: str
    spans: Sequence[tuple[int, int, Key]]


def texts(documents: Mapping[str, Document], sections: Iterable[Section]) -> dict[str, Text]:
    """Put each document together again: its title, then its sections under their headings."""
    found = {}
    for name, inside in groupby(sections, key=lambda section: section.document):
        words, spans, path = documents[name].title, [], ""
        for section in inside:
            heads = [section.path if section.path != path else "", "" if section.text.startswith(section.label) else section.label]
            path = section.path
            words += "\n\n" + "".join(f"{head}\n" for head in heads if head)
            spans.append((len(words), len(words) + len(section.text), (name, section.label)))
            words += section.text
        found[name] = Text(words, spans)
    return found


def stands_for(text: Text, begin: int, end: int) -> list[Key]:
    """List the sections that a chunk stands for: the one it holds most of, and every other of which it holds at least half."""
    held = [(min(end, last) - max(begin, first), last - first, key) for first, last, key in text.spans if first < end and last > begin]
    most = max((characters for characters, _, _ in held), default=0)
    return [key for characters, length, key in held if characters == most or characters >= MOSTLY * length]


def ways(documents: Mapping[str, Document], sections: Sequence[Section], embedding: Embedding) -> dict[str, Way]:
    """Build each of the others, by its name in the table."""
    whole = texts(documents, sections)
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    chunks = splitter.split_documents([LangChainDocument(text.words, metadata={"source": name}) for name, text in whole.items()])
    for number, chunk in enumerate(chunks):
        chunk.metadata["number"] = number
    meaning = [_of_chunk(chunk, whole) for chunk in chunks]
    client = EphemeralClient(settings=ChromaSettings(anonymized_telemetry=False))
    store = Chroma.from_documents(chunks, embedding, collection_name=f"chunks-{len(chunks)}", client=client)
    nearest = store.as_retriever(search_kwargs={"k": FETCHED})
    vectors = embedding.embed_documents([chunk.page_content for chunk in chunks])
    found: dict[str, Callable[[str], list[int]]] = {"LangChain tutorial (Chroma)": partial(_langchain, nearest)}
    for name, cut in (("as it comes", None), ("newmm", newmm)):
        words = BM25Retriever.from_documents(chunks, **({"preprocess_func": cut} if cut else {}))
        words.k = FETCHED
        both = EnsembleRetriever(retrievers=[words, nearest], weights=[0.5, 0.5])
        found[f"LangChain ensemble, BM25 {name}"] = partial(_langchain, both)
    for name, cut in (("as it comes", None), ("newmm", newmm)):
        found[f"Haystack hybrid, BM25 {name}"] = partial(_haystack, haystack(chunks, vectors, embedding, cut))
    return {name: lambda question, find=find: [meaning[number] for number in find(question)] for name, find in found.items()}  # type: ignore[misc]


def newmm(text: str) -> list[str]:
    """Cut Thai into words with PyThaiNLP's usual engine and word list."""
    return word_tokenize(text.lower(), engine="newmm", keep_whitespace=False)


def haystack(
    chunks: Sequence[LangChainDocument], vectors: Sequence[list[float]], embedding: Embedding, cut: Cut | None
) -> HaystackPipeline:
    """Build Haystack's hybrid pipeline over the same chunks: BM25 and embedding side by side, joined by reciprocal ranks."""

    @component
    class Embedder:
        @component.output_types(embedding=list[float])  # type: ignore[untyped-decorator]
        def run(self, text: str) -> dict[str, Any]:
            return {"embedding": embedding.embed_query(text)}

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    if cut:
        store.tokenizer = cut
    store.write_documents(
        [
            HaystackDocument(content=chunk.page_content, embedding=vector, meta={"number": number})
            for number, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True))
        ]
    )
    pipeline = HaystackPipeline()
    pipeline.add_component("embedder", Embedder())
    pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store, top_k=FETCHED))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=FETCHED))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder.embedding", "meaning.query_embedding")
    pipeline.connect("meaning", "joiner")
    pipeline.connect("words", "joiner")
    return pipeline


def _of_chunk(chunk: LangChainDocument, whole: Mapping[str, Text]) -> list[Key]:
    begin = chunk.metadata["start_index"]
    return stands_for(whole[chunk.metadata["source"]], begin, begin + len(chunk.page_content))


def _langchain(retriever: BaseRetriever, question: str) -> list[int]:
    return [document.metadata["number"] for document in retriever.invoke(question)]


def _haystack(pipeline: HaystackPipeline, question: str) -> list[int]:
    joined = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
    return [document.meta["number"] for document in joined["joiner"]["documents"]]
