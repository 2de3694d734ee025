"""Serves the model of the first argument until standard input ends."""

import os
import sys

import xllamacpp

THREADS = 1
"""Of several each waits for the slowest: on a busy machine one is faster."""
CONTEXT = 4096

said = os.dup(1)
os.dup2(2, 1)  # llama.cpp writes its log to standard output

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.model_alias = {"smollm2"}
parameters.n_ctx = CONTEXT
parameters.n_parallel = 1
parameters.cpuparams.n_threads = THREADS
parameters.cpuparams_batch.n_threads = THREADS
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
server = xllamacpp.Server(parameters)
os.write(said, f"{server.listening_address}/v1\n".encode())
sys.stdin.read()
os._exit(0)  # its threads do not end by themselves
