#!/bin/bash
# Ends the daemons that up.sh FOLDER started, and no others.
home=$1
for file in "$home"/run/*.pid; do
    [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null
done
if [ -e "$home/run/munged" ]; then
    kill "$(cat "$(cat "$home/run/munged")")" 2>/dev/null
fi
sleep 1
rm -rf "$home/run"
exit 0
