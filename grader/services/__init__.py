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
gradebook  a course's grades for its staff
gradebook_csv  as a spreadsheet opens them
student_record  all that a course knows of one student
override   a grade is set by hand, and withdrawn
regrade_start  earlier submissions are run again, beside what counts
regrade    what they got counts, is thrown away, is taken back
regrade_view   which regrades there are, and what one changes
regrade_basis  what steps and looks at regrades share
insight    a course at a glance: what was tried and misunderstood, who is stuck
exercise_insight  what the class's submissions say about one exercise
item_analysis  what the class's answers say about a quiz and its questions
endpoints  where webhooks go to and come from; endpoint_secrets: what of them is sealed
prove      that an exercise can tell right from wrong
rehearse   that what a lesson's page names is there, and that its Python runs and prints what the quizzes say
platforms  a course's LMSes: begun, connected, changed, tested, removed
shared_platforms  those that the operator connects for many courses
"""
