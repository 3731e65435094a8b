"""Workers: they wait for the bell, claim a run and grade it. They know no Flask.

pool      Celery's processes, and how they start and end
command   `grader worker`: the pool with real stations, a jail in each
"""
