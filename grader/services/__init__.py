"""Use cases, one module for each; a use case opens and ends its own unit of work and is given all it needs.

enrol      courses, users, roles, tokens, and who is signed in
browse     the courses one is in, their exercises and quizzes, and how far one is
submit     a student hands in source
follow     how a submission stands, as far as its viewer may see
grade      a worker takes a run, examines it and stores the report
sweep      runs whose worker died go back; runs that wait too long are rung for
quiz       an attempt: start, finish, look at it
answer     questions of an attempt are answered
quiz_record  a quiz with its rules and what a student has made of it
shown_attempt  what of an attempt may be seen, and when
overtime   attempts whose time is up are finished
gradebook  a course's grades for its staff, also as CSV
prove      that an exercise can tell right from wrong
rehearse   that what a lesson's page names is there, and that its Python runs and prints what the quizzes say
"""
