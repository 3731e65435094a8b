"""Wiring: the only layer that names real adapters.

store    database, catalogue and bell: what the web process and the operator's commands use; no torch
grading  the jail and the examiner besides: what workers use
logs     one way to write logs, for every process
process  readiness and death, among the processes of one service
"""
