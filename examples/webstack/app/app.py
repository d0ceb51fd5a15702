"""Counts visits: in PostgreSQL for ever, in redis since the cache has started."""

import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import redis

CACHE = redis.Redis(host=os.environ["CACHE"], socket_timeout=2)


def connect():
    connection = psycopg2.connect(os.environ["DATABASE"], connect_timeout=2)
    connection.autocommit = True
    return connection


def prepare():
    with connect().cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY, at timestamptz DEFAULT now())")


def count_visit():
    connection = connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO visits DEFAULT VALUES RETURNING (SELECT count(*) + 1 FROM visits)")
            return cursor.fetchone()[0]
    finally:
        connection.close()


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer("ok\n")
        try:
            ever = count_visit()
            self.answer(f"visit {ever}, {CACHE.incr('visits')} of them since the cache started\n")
        except (psycopg2.Error, redis.RedisError) as error:
            self.answer(f"not now: {error}\n", status=503)

    def answer(self, text, status=200):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        if self.path != "/healthz":
            print(form % values)


prepare()
print(f"serving since {time.strftime('%T')}")
ThreadingHTTPServer(("0.0.0.0", 8000), Page).serve_forever()
