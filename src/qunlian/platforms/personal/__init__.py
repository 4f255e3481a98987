"""
Groups on people's own WeChat: no API, and no robot pretending to be a person.

What is known of such a group its owner tells: by sheet, from his phone, by the count he is asked for each
week.
All there is to do becomes a task with text ready to copy.
"""
