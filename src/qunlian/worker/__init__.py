"""The process that runs jobs and schedules (``python -m qunlian.worker``).

Jobs live in their slice's ``jobs.py`` and are found by themselves; a schedule is a job with
``@app.periodic(cron="…")`` above its ``@app.task``. app.py builds the worker and keeps the queue clean.
"""
