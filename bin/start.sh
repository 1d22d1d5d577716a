# Read by the commands beside it, which set `app` and `self`, their own path. Starts the app's bundle with the Node of the lockfile, by
# `exec`: no npm, no pnpm. The bundle's folder is named for the sizes and times of all sources, so changed sources mean a bundle that is not
# there yet. Each further process would cost a millisecond of every start.
root=${self%/*}/..
node=$root/node_modules/.bin/node
if [ ! -x "$node" ]; then
  echo "error: what rollcall needs is not installed in $(cd "$root" && pwd). Run \`npx -y pnpm@12.21.0 install\` there, once." >&2
  exit 78
fi
if [ -e /proc/version ]; then
  sizes() { find "$@" -type f -printf '%p %s %T@\n'; }
else
  sizes() { find "$@" -type f -exec stat -f '%N %z %Fm' {} +; }
fi
key=$(cd "$root" && sizes pnpm-lock.yaml packages/*/*/package.json packages/*/*/src apps/*/package.json apps/*/src tooling/checks/src/bundle | cksum)
key=${key%% *}${key##* }
main=$root/dist/bin/$app-$key/main.mjs
# It fails where nothing can be written, and has said so: then the sources run as they are.
[ -f "$main" ] || "$node" "$root/tooling/checks/src/bundle/cloneBundle.ts" "$app" "$key" || main=$root/apps/$app/src/main.ts
exec "$node" "$main" "$@"
