"""Wiring: the only layer that names real adapters.

store    database, catalogue and bell: what the web process and the operator's commands use; no torch
grading  the jail and the examiner besides: what workers use
outside  other systems besides the store: what the web process and the dispatcher use
lessons  the folder of lessons on this machine; no torch
local    grading without a service: what `grade` uses
proofs   grading of exercises' own solutions, in several processes: what `check-exercise` uses
rehearsals  reading of lessons, and running of the Python in their texts: what `check-exercise` uses, too
health   what this machine and this service have and lack
logs     one way to write logs, for every process
process  readiness and death, among the processes of one service
"""
