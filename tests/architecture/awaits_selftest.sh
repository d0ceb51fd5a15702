#!/bin/bash
# awaits.sh refuses what g++ 12 translates wrongly, and lets pass what stands beside it everywhere.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/runtime" "$tree/orchestrator"
failures=0

# STATEMENTS EXPECTED: a coroutine of these gives this complaint; an empty one means none.
expect() {
  local output
  printf 'asio::awaitable<void> f(S& s) {\n%b\n}\n' "$1" >"$tree/orchestrator/a.cpp"
  output=$("$here/awaits.sh" "$tree")
  local status=$?
  if [ -z "$2" ] && [ $status = 0 ]; then return; fi
  if [ -n "$2" ] && [ $status = 1 ] && grep -qF "$2" <<<"$output"; then return; fi
  echo "not ok: $1: status $status: $output"
  failures=$((failures + 1))
}

expect '  while (co_await readable(s.fd.get())) go();' 'awaited in a condition'
expect '  if (!co_await readable(fd)) co_return;' 'awaited in a condition'
expect '  while (!lost() &&\n         co_await readable(fd)) {\n  }' 'awaited in a condition'
expect '  for (; co_await readable(fd);) {\n  }' 'awaited in a condition'
expect '  switch (co_await readable(fd)) {\n  }' 'awaited in a condition'
expect '  co_await (urgent ? a(s) : b(s));' 'chooses and awaits'
expect '  co_return co_await until([&] { return s.over(); },\n      late ? Clock::now() : never());' 'chooses and awaits'
expect '  co_await run(s, {.name = s.name});' 'made of braces'
expect '  co_await run(Command{s.name, s.argv});' 'made of braces'
expect '  co_await until([&s, name] { return s.has(name); });' 'holds values'
expect '  co_await until([=] { return s.over(); });' 'holds values'

expect '  const bool more = co_await readable(fd);\n  if (!more) co_return;' ''
expect '  if (late) co_await stop(s);\n  for (const auto& [name, one] : all) co_await stop(one);' ''
expect '  const auto [error, size] = co_await read(s);  // co_await (a ? b : c)' ''
expect '  const int fd = late ? s.out : s.err;\n  co_await readable(fd);' ''
expect '  co_await until([&] { return s.late ? s.over() : has({1, 2}); }, never());' ''
expect '  co_await until([&s, &name] { return s.has(name); });\n  co_await until([this] { return over(); });' ''

rm "$tree/orchestrator/a.cpp"
"$here/awaits.sh" "$tree" | grep -q "no coroutines found" || { echo "not ok: an empty tree"; failures=$((failures + 1)); }

echo "$failures failures"
[ "$failures" = 0 ]
