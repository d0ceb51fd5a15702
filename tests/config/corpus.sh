#!/bin/bash
# Holds `config` against the reference loader's answers to a thousand files, where that corpus is on this machine. It is
# no part of the project: MDCOMPOSE_CORPUS names its directory, ../shared/corpus beside the repository is the default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
readonly SKIPPED=77 WANTED=99

corpus=${MDCOMPOSE_CORPUS:-$1}
if [ ! -f "$corpus/run_corpus.py" ]; then
  echo "the corpus is not on this machine: there is no $corpus/run_corpus.py"
  exit $SKIPPED
fi
command -v python3 >/dev/null || { echo "the corpus' runner needs python3"; exit $SKIPPED; }

for archive in "$corpus"/*.tar.gz; do
  name=$(basename "$archive" .tar.gz)
  mkdir "$name"
  tar -xzf "$archive" -C "$name"
  python3 "$corpus/run_corpus.py" -q --cmd "$MDCOMPOSE ... config --format json" "$name"/* >"$name.out"
  tail -1 "$name.out"
  read -r passed _ failed _ < <(tail -1 "$name.out")
  if [ $((passed * 100)) -lt $(((passed + failed) * WANTED)) ]; then
    cat "$name.out"
    fail "$name: fewer than $WANTED % agree"
  fi
done
finish
