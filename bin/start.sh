# Read by the commands beside it, which set `app` and `bin`. Starts the app's bundle with the Node of the lockfile, by `exec`: no npm, no pnpm.
# The bundle's folder is named for the sizes and times of all sources, so changed sources mean a bundle that is not there yet.
root=${bin%/*}
node=$root/node_modules/.bin/node
if [ ! -x "$node" ]; then
  echo "error: what rollcall needs is not installed in $root. Run \`npx -y pnpm@12.21.0 install\` there, once." >&2
  exit 78
fi
case $(uname) in
Linux) sizes() { find "$@" -type f -printf '%p %s %T@\n'; } ;;
*) sizes() { find "$@" -type f -exec stat -f '%N %z %Fm' {} +; } ;;
esac
key=$(cd "$root" && sizes pnpm-lock.yaml packages/*/*/package.json packages/*/*/src apps/*/package.json apps/*/src tooling/checks/src/bundle | cksum | tr -d ' ')
main=$root/dist/bin/$app-$key/main.mjs
# It fails where nothing can be written, and has said so: then the sources run as they are.
[ -f "$main" ] || "$node" "$root/tooling/checks/src/bundle/cloneBundle.ts" "$app" "$key" || main=$root/apps/$app/src/main.ts
exec "$node" "$main" "$@"
