"""How fast an ingest is, against its own embedder alone, side by side in one run.

`python -m tests.benchmarks.ingest_speed FOLDER` ingests a folder of documents into a new place with the real embedding, then embeds the
same texts in batches with nothing around it, then ingests the folder again unchanged and with one section changed.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from app import wiring
from app.corpus import vectors
from app.corpus.report import Report, Wishes
from app.settings import Settings
from app.store import releases


def main() -> None:
    """Measure, and print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        shutil.copytree(options.folder, folder)
        settings = Settings(_env_file=None, data_dir=Path(place) / "data", knowledge_dir=folder, channels=())
        stores = wiring.open_stores(settings)
        wishes = Wishes(force="measured", allow_removal=True)

        def build() -> Report:
            return wiring.ingest(stores).build(wishes, lambda _step, _done, _total: None)

        first = build()
        with stores.database.read() as session:
            row = releases.get(session, first.release)
            sections = [section for section, _ in releases.sections(session, first.release)]
            documents = {document.id: document for document in releases.documents(row)}
        texts = [part.text for part in vectors.parts(sections, documents, stores.embedding.window)]
        begun = time.monotonic()
        for start in range(0, len(texts), vectors.BATCH):
            stores.embedding.embed_documents(texts[start : start + vectors.BATCH])
        alone = time.monotonic() - begun
        again = build()
        longest = max(folder.rglob("*.txt"), key=lambda path: path.stat().st_size)
        text = longest.read_text("utf-8").rstrip()
        longest.write_text(f"{text} แก้ไขหนึ่งคำ\n", "utf-8")
        changed = build()

    embedding = first.steps["embed"]
    others = first.seconds - embedding
    print(f"{first.documents} documents, {len(sections)} sections, {len(texts)} texts")
    print(f"first ingest {first.seconds:.1f} s, of which embedding {embedding:.1f} s; all else is {embedding / others:.1f} × faster")
    print(f"the embedder alone {alone:.1f} s: inside the ingest it runs at {alone / embedding:.2f} of that speed")
    print(f"unchanged again {again.seconds:.1f} s, {again.embedded} embedded")
    print(f"one section changed {changed.seconds:.1f} s, {changed.embedded} embedded")
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
