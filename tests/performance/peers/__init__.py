"""The same work in other frameworks, each as its own documentation does it, in short.

Each is a process of its own. It is told its `Task` as JSON, and answers with one line of JSON.
"""
