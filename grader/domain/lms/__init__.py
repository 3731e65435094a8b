"""What other systems are told, and how: webhooks and learning management systems (LMS).

event      something happened to a grade or an enrolment; written in the transaction that did it
delivery   an event on its way to an endpoint, or a score to a line item: states, schedule, verdicts
endpoint   where a course's webhooks go to and come from
endpoint_draft  what an instructor wants it to be
header_lines  headers as people write them, one a line
signature  Standard Webhooks: sign, verify
platform   LTI 1.3: platforms, their courses, members and line items
platform_draft  a platform as it is typed in
presets    where each family of platforms has its addresses
launch     LTI messages between a platform and us, taken apart
receipt    a webhook that came in
log        deliveries as people look through them
score      what AGS is sent for one student, so that each platform takes it
"""
