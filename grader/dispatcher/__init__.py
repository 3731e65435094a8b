"""Dispatchers: they wait for the bell and send what the outbox holds. They know no Flask.

pool     threads that send, and whose turn it is
bell     the ear for it; without a broker they look by themselves
command  `grader dispatch`
"""
