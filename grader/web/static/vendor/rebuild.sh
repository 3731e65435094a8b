#!/usr/bin/env bash
# Write every vendored file anew, from what package-lock.json names. Needs node and npm. Twice gives the same bytes.
# Another version: change package.json, run `npm install --package-lock-only` here, then this, then README.md.
set -euo pipefail
cd "$(dirname "$0")"

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp .npmrc package.json package-lock.json codemirror.source.js "$build"
(cd "$build" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error)
modules=$build/node_modules
server=../../prose # KaTeX's script runs on the server only

"$modules/.bin/esbuild" "$build/codemirror.source.js" --bundle --minify --format=iife --target=es2022 --charset=utf8 \
    --legal-comments=none --log-level=warning --outfile=codemirror.js
cp "$modules/htmx.org/dist/htmx.min.js" htmx.js
cp "$modules/katex/dist/katex.min.js" "$server/katex.min.js"

# Every browser that is supported reads woff2: drop the two older forms from each list of sources.
sed -E 's/,url\([^)]*\.(woff|ttf)\) format\("(woff|truetype)"\)//g' "$modules/katex/dist/katex.min.css" > katex.css
rm -rf fonts
mkdir fonts
cp "$modules"/katex/dist/fonts/*.woff2 fonts/

cp "$modules/htmx.org/LICENSE" LICENSE.htmx
cp "$modules/katex/LICENSE" LICENSE.katex
cp "$modules/katex/LICENSE" "$server/LICENSE.katex"
# CodeMirror is many packages of one author; each has its own file, and their years differ.
for package in "$modules"/@codemirror/* "$modules"/@lezer/* "$modules"/@marijn/* "$modules"/{crelt,style-mod,w3c-keyname}; do
    printf '%s\n\n' "${package#"$modules/"}"
    cat "$package/LICENSE"
    printf '\n'
done > LICENSE.codemirror
chmod 644 ./*.js ./*.css LICENSE.* fonts/* "$server"/katex.min.js "$server"/LICENSE.katex
