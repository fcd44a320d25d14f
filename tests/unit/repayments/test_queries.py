"""What an office's people are told of a session and of savings, and what others are not."""

import time
from collections.abc import Iterator
from typing import Any

import build
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
