"""The whole service on one machine, without installing anything.

broker    Valkey from its wheel, on a private socket; the only module that knows that wheel
children  starts one process, waits until it is ready, stops it
home      the folder with what lasts: database, messages, logs, the seed secret
service   all of them in order: broker, tables, sweeper, workers, web
"""
