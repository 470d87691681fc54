#!/usr/bin/env bash
# Makes the environment that grading, tests and Gradescope's image use: Python, the locked packages and, when wanted, CPU torch.
#
# usage: setup.sh [--dev] [--torch | --no-torch] [--quiet]      again = finish or confirm; a second run takes under a second
#        setup.sh --check-plan FILE                             does this install plan hold CUDA packages? (exit 4 if so)
#
#   --dev        the lint, type and test tools as well
#   --torch      CPU torch; without either flag torch comes when a manifest in reference/ warms it
#   --quiet      problems only
#
# environment: GRADELBO_ENV_DIR      where root builds, instead of /opt/gradelbo
#              GRADELBO_ALLOW_CUDA   1: install torch even if its plan holds CUDA packages (several GB)
# exit: 0 ready, 2 usage, 4 no usable environment
#
# An ordinary user gets .venv in this folder. For root .venv is a link into a shared place: student code runs as another user,
# who cannot enter a home folder of mode 0700 or Gradescope's source folder. The project itself is never installed into it,
# so student code cannot import the grader.
set -euo pipefail
umask 022

readonly TORCH=2.13.0 UV_WANTED=0.13.8 LAYOUT=1
readonly PYTHONS="python3.11 python3.12 python3.13 python3"
typed=$(dirname -- "$0")
root=$(cd -- "$typed" && pwd -P)
dev=0 torch=auto quiet=0
python='' version='' uv='' env='' key='' tools=''

say() { [ "$quiet" = 1 ] || printf 'setup: %s\n' "$*"; }
warn() { printf 'setup: %s\n' "$*" >&2; }
stop() { warn "$@"; exit 4; }
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"; exit "$1"; }
is_root() { [ "$(id -u)" = 0 ]; }

# --- Python ----------------------------------------------------------------------------------------------------------

readonly PROBE='
import os, sys
level, allow = sys.version_info.releaselevel, sys.argv[1]
if not (3, 11) <= sys.version_info[:2] <= (3, 13) or (level != "final" and allow != "any"):
    sys.exit(1)
path = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
print(".".join(map(str, sys.version_info[:3])), path)'

# A root that cannot become another user has nobody to be reached by, and passes.
readonly AS_OTHER='
import os, sys
try:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
except OSError:
    sys.exit(0)
os.chdir("/")
os.execv(sys.argv[1], sys.argv[1:])'

as_other() { "$python" -I -c "$AS_OTHER" "$@" 2>/dev/null; }

probe() { # probe INTERPRETER final|any     sets python and version when it is fit, and reachable if we are root
  local found
  found=$("$1" -I -c "$PROBE" "$2" 2>/dev/null) || return 1
  version=${found%% *} python=${found#* }
  ! is_root || as_other "$python" -I -c 'import ctypes, hashlib, json, socket, sqlite3, ssl, zlib'
}

find_python() { # find_python final|any
  local name folder
  if probe "$root/.venv/bin/python" "$1"; then return 0; fi
  for name in $PYTHONS; do
    for folder in '' /usr/bin/ /usr/local/bin/; do
      if command -v "$folder$name" >/dev/null && probe "$folder$name" "$1"; then return 0; fi
    done
  done
  return 1
}

apt_install() { # apt_install PACKAGE...     false when there is no apt-get, no root or no package
  is_root && command -v apt-get >/dev/null || return 1
  say "apt-get install $*"
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-upgrade --no-install-recommends "$@" >/dev/null 2>&1
}

bring_python_by_apt() {
  is_root && command -v apt-get >/dev/null || return 1
  local name offered
  DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
  for name in python3.11 python3.12 python3.13; do
    offered=$(apt-cache policy "$name" 2>/dev/null | sed -n 's/^ *Candidate: //p')
    case $offered in '' | '(none)' | *~rc* | *~a[0-9]* | *~b[0-9]*) continue ;; esac
    apt_install "$name" && find_python final && return 0
  done
  return 1
}

bring_python_by_uv() {
  get_uv || return 1
  if is_root; then export UV_PYTHON_INSTALL_DIR=$tools/python; fi
  say "uv python install 3.11"
  "$uv" python install -q 3.11 && probe "$("$uv" python find 3.11)" final
}

get_python() {
  find_python final || bring_python_by_apt || bring_python_by_uv || find_python any ||
    stop "No Python 3.11, 3.12 or 3.13 was found that an unprivileged user can run, and neither apt-get nor uv could bring one." \
      "Install python3.11 from your system's packages (not below a private home folder), then run setup.sh again."
}

# --- uv --------------------------------------------------------------------------------------------------------------

# uv reads none of pip's settings, so the ones that decide where packages come from are handed over.
follow_pip_settings() {
  if [ -n "${PIP_FIND_LINKS:-}" ]; then export UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS// /,}}"; fi
  if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"; fi
  if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
  if on_gradescope; then export UV_NO_CACHE=1; fi # a cache would only make the image larger
  export UV_LINK_MODE="${UV_LINK_MODE:-copy}" PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
}

pip_python() { # prints an interpreter that has pip; its version does not matter
  local name
  for name in ${python:+"$python"} python3 /usr/bin/python3 $PYTHONS; do
    if "$name" -m pip --version >/dev/null 2>&1; then printf '%s\n' "$name"; return 0; fi
  done
  return 1
}

get_uv() {
  local pip
  if [ -n "$uv" ]; then [ "$uv" != none ]; return; fi
  if uv=$(command -v uv); then return 0; fi
  uv=$tools/uv/bin/uv
  if "$uv" --version >/dev/null 2>&1; then return 0; fi
  say "getting uv $UV_WANTED"
  rm -rf "$tools/uv"
  echo "no Python here has pip" >"$tools/uv.log"
  if pip=$(pip_python) || { apt_install python3-pip && pip=$(pip_python); }; then
    if "$pip" -m pip install -q --target "$tools/uv" "uv==$UV_WANTED" 2>"$tools/uv.log"; then return 0; fi
  fi
  uv=none
  return 1
}

# --- the environment's place -----------------------------------------------------------------------------------------

on_gradescope() { [ "$root" = "${GRADESCOPE_ROOT:-/autograder}/source" ]; }

choose_tools_folder() {
  if is_root; then tools=${GRADELBO_ENV_DIR:-/opt/gradelbo}; else tools=$root/.uv; fi
  mkdir -p "$tools" || stop "The folder $tools cannot be made. Set GRADELBO_ENV_DIR to a folder that every user can enter."
  [ -O "$tools" ] || stop "The folder $tools belongs to another user. Remove it or set GRADELBO_ENV_DIR."
}

compute_key() {
  key=$("$python" -I -c '
import hashlib, pathlib, sys
locks = [pathlib.Path(sys.argv[1], name) for name in ("requirements.lock", "requirements-dev.lock")]
parts = [p.read_bytes() if p.exists() else b"" for p in locks] + [a.encode() for a in sys.argv[2:]]
print(hashlib.sha256(b"\0".join(parts)).hexdigest()[:12])' "$root" "$version" "$TORCH" "$LAYOUT")
}

choose_place() {
  local linked
  if is_root; then env=$tools/env-$key; return; fi
  env=$root/.venv
  if [ -L "$env" ]; then # root's shared environment serves as long as it has all that is wanted
    linked=$(readlink "$env")
    case $linked in */env-"$key") env=$linked; ready && return ;; esac
    env=$root/.venv
    rm "$env"
  fi
}

link_place() {
  if ! is_root; then return; fi
  local link=$root/.venv
  if [ -L "$link" ] && [ "$(readlink "$link")" = "$env" ]; then return; fi
  if [ -d "$link" ] && [ ! -L "$link" ]; then
    [ -f "$link/.key" ] || stop "$link was not made by setup.sh. Move it away, then run setup.sh again."
    rm -rf "$link"
  fi
  rm -f "$link"
  ln -s "$env" "$link"
}

# .done-NAME stands only after a step is complete; .doing stands while packages are being changed.
has() { [ -f "$env/.done-$1" ]; }
whole() {
  has runtime && [ ! -e "$env/.doing" ] && [ "$(cat "$env/.key" 2>/dev/null)" = "$key" ] &&
    "$env/bin/python" -I -c '' 2>/dev/null
}
ready() {
  whole && has compiled || return 1
  if [ "$dev" = 1 ]; then has dev || return 1; fi
  if [ "$torch" = 1 ]; then has torch || return 1; fi
}

step() { # step NAME COMMAND...     runs the command once and remembers that it succeeded
  local name=$1
  shift
  if has "$name"; then return; fi
  "$@"
  : >"$env/.done-$name"
}

# --- steps -----------------------------------------------------------------------------------------------------------

create() {
  if whole; then return; fi
  if [ -e "$env" ] && [ ! -e "$env/.key" ] && [ -n "$(ls -A "$env")" ]; then
    stop "$env was not made by setup.sh. Move it away, then run setup.sh again."
  fi
  say "Python $version at $python; environment at $env"
  rm -rf "$env"
  mkdir -p "$env"
  printf '%s\n' "$key" >"$env/.key"
  if get_uv; then
    "$uv" venv -q --allow-existing --python "$python" "$env"
  else
    warn "uv is not to be had (see $tools/uv.log); using venv and pip, which is slower."
    "$python" -m venv "$env" ||
      stop "$python has no venv module. Install it (python${version%.*}-venv) or uv, then run setup.sh again."
  fi
}

changing() { # changing COMMAND...     a command that adds packages; killed half-way, it leaves .doing behind
  rm -f "$env/.done-compiled"
  : >"$env/.doing"
  "$@" && rm -f "$env/.doing"
}

install() { # install ARGUMENT...     arguments that uv and pip both know
  if get_uv; then
    changing "$uv" pip install -q --python "$env/bin/python" "$@"
  else
    changing "$env/bin/python" -m pip install -q "$@"
  fi
}

install_lock() { # install_lock LOCK
  say "installing $1"
  install --require-hashes -r "$root/$1" ||
    stop "Installing $1 failed, see above. Check the network and pip's settings, then run setup.sh again."
}

# A container is fresh on every run, so modules are compiled now; left out is what nobody imports while grading.
compile() {
  say "compiling modules"
  "$env/bin/python" -I -m compileall -q -j 0 -x '/tests/|/torch/testing/_internal/|/torch/include/|/node_modules/' \
    "$("$env/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" >/dev/null || true
  MPLCONFIGDIR=$env/share/gradelbo "$env/bin/python" -I -c 'import matplotlib.font_manager' 2>/dev/null || true
  rm -f "$env/.lock" # uv leaves it writable for everybody
  if ! is_root; then return; fi
  chmod -R go+rX,go-w "$env"
  as_other "$env/bin/python" -I -c 'import numpy' ||
    stop "Other users cannot reach $env. Set GRADELBO_ENV_DIR to a folder that every user can enter."
}

# --- torch -----------------------------------------------------------------------------------------------------------

check_plan() { # check_plan FILE     one distribution a line
  [ -s "$1" ] || stop "There is no install plan in $1."
  if [ "${GRADELBO_ALLOW_CUDA:-0}" = 1 ]; then return 0; fi
  ! grep -Eiq '^[[:space:]]*(nvidia|cuda)[-_]' "$1"
}

refuse_plan() {
  stop "The plan for torch $TORCH holds CUDA packages (nvidia-...), several GB that grading never uses, and no plan without them worked; nothing was installed." \
    "Put a CPU wheel of torch where PIP_FIND_LINKS points, or set GRADELBO_ALLOW_CUDA=1 to install it all the same."
}

torch_installed() {
  [ "$("$env/bin/python" -I -c 'import torch; print(torch.__version__.split("+")[0])' 2>/dev/null)" = "$TORCH" ]
}

plan_by_uv() { # plan_by_uv OPTION...
  get_uv || return 1
  printf 'torch==%s\n' "$TORCH" | "$uv" pip compile -q - --python "$env/bin/python" --constraints "$root/requirements.lock" \
    --no-header --no-annotate --output-file "$plan" "$@" >/dev/null 2>"$plan.log"
}

# Asked for all of CUDA, an older pip downloads it only to plan, so pip is asked when it may know of other sources than uv.
plan_by_pip() {
  local pip
  pip=$(pip_python) || return 1
  if get_uv && ! "$pip" -m pip config list 2>/dev/null | grep -Eq 'find-links|index-url'; then return 1; fi
  "$pip" -m pip --python "$env/bin/python" install --dry-run "torch==$TORCH" 2>"$plan.log" |
    sed -n 's/^Would install //p' | tr ' ' '\n' >"$plan"
  [ -s "$plan" ]
}

try_plan() { # try_plan COMMAND...     installs by the command if the plan is free of CUDA
  if ! check_plan "$plan"; then refused=1; return 1; fi
  changing "$@" && torch_installed
}

# Each way is planned first, and a plan with CUDA packages is never installed.
# The order: what uv finds (a wheel at hand, say), uv's index of CPU builds, what pip's own settings lead to.
install_torch() {
  if torch_installed; then return; fi
  local plan=$env/torch-plan.txt refused=0
  say "installing torch $TORCH (CPU)"
  if plan_by_uv && try_plan "$uv" pip install -q --python "$env/bin/python" -r "$plan"; then return; fi
  if plan_by_uv --torch-backend cpu &&
    try_plan "$uv" pip install -q --python "$env/bin/python" --torch-backend cpu -r "$plan"; then return; fi
  if plan_by_pip && try_plan "$(pip_python)" -m pip --python "$env/bin/python" install -q "torch==$TORCH"; then return; fi
  if [ "$refused" = 1 ]; then refuse_plan; fi
  stop "torch $TORCH could not be installed (last answer in $plan.log). Check the network, or run setup.sh --no-torch."
}

decide_torch() {
  if [ "$torch" != auto ]; then return; fi
  torch=0
  if grep -Eqs '^[[:space:]]*warm[[:space:]]*=.*"torch"' "$root"/reference/*/homework.toml; then torch=1; fi
}

# --- finish ----------------------------------------------------------------------------------------------------------

write_launcher() {
  local new=$env/bin/.gradelbo.$$
  cat >"$new" <<'L'
#!/bin/sh
# Starts the gradelbo of the checkout it is called from: the environment may be shared, so $0 as typed decides.
self=$0
case $self in */.venv/bin/gradelbo) ;; *) [ ! -L "$self" ] || self=$(readlink "$self") ;; esac
case $self in
  */.venv/bin/gradelbo) root=${self%/.venv/bin/gradelbo} ;;
  *) root=. ;;
esac
if [ ! -d "$root/autograder" ]; then
  echo "gradelbo: no autograder/ here. Call .venv/bin/gradelbo of a checkout, or change into the checkout first." >&2
  exit 2
fi
root=$(cd "$root" && pwd)
PYTHONPATH=$root exec "$root/.venv/bin/python" -P -c 'from autograder.cli import main; main(prog_name="gradelbo")' "$@"
L
  chmod 755 "$new"
  mv -f "$new" "$env/bin/gradelbo"
}

close_gradescope() {
  if ! is_root || ! on_gradescope; then return; fi
  chmod 700 "$root"
  if [ -d "$root/../results" ]; then chmod 700 "$root/../results"; fi
  say "closed $root to other users"
}

take_turn() { # waits for another setup of this place; where flock is missing (macOS) there is one user at a time anyway
  if ! command -v flock >/dev/null; then return; fi
  (umask 077 && : >>"$tools/lock")
  exec 9<"$tools/lock"
  flock 9
}

build() {
  create
  if [ "$dev" = 1 ]; then
    step dev install_lock requirements-dev.lock
    : >"$env/.done-runtime" # the dev lock holds the runtime lock
  else
    step runtime install_lock requirements.lock
  fi
  if [ "$torch" = 1 ]; then step torch install_torch; fi
  step compiled compile
}

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --dev) dev=1 ;;
      --torch) torch=1 ;;
      --no-torch) torch=0 ;;
      --quiet) quiet=1 ;;
      --check-plan) [ $# = 2 ] || usage 2; check_plan "$2" || refuse_plan; return 0 ;;
      -h | --help) usage 0 ;;
      *) warn "unknown option $1"; usage 2 >&2 ;;
    esac
    shift
  done
  follow_pip_settings
  choose_tools_folder
  decide_torch
  get_python
  compute_key
  choose_place
  if ! ready; then
    take_turn
    ready || build # another setup may have finished it while we waited
  fi
  if [ -w "$env/bin" ]; then write_launcher; fi # an older checkout may have left an older one
  link_place
  close_gradescope
  say "ready: $root/.venv"
}

main "$@"
