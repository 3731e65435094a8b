"""A class that was never there, for `grader demo --class N`: what pages show of hundreds of students over a month.

    people      who they are
    term        what is due when, and what lateness costs
    endings     how a try can end
    sources     what is handed in: files of the lesson, a little changed
    said        what one scenario says of it, in the kit's words
    reports     what grading says of it
    histories   when each student hands in what, and how it ends
    quizzing    what each student answers
    teaching    what the staff does meanwhile
    events      what can happen
    month       all of it in order of time
    seeding     writes that, through the unit of work alone; book, work and staff: how each event is written
    show        has it written, and says how to sign in

Up to `month` these are rules: the same seed and moment give the same class.
"""
