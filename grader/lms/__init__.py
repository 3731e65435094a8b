"""Other systems: webhooks, and the services and messages of LTI 1.3. Fills `ports.outside`.

outgoing    HTTP to addresses that others chose: none of them private, no redirects, nothing large, nothing slow
courier     one webhook
vault       secrets, sealed
launches    LTI messages, on pylti1p3
gradebooks  AGS and NRPS: scores, line items, results, members
connection  does a platform's connection work, step by step
bearer      requests with a platform's token, lists in pages
tokens      access tokens of platforms
service_answers  what platforms' services answer, taken apart
answers     what came back, as the log keeps it
"""
