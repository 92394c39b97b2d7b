# Sourced by the commands beside it and by the Dockerfile, with ROOT set: finds Python 3.11 and gives
# `set_up NAME`, which makes .venv hold what requirements/NAME.txt locks. Plain sh, any directory.

_is_python_311() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

_can_make_venv() {
    "$1" -I -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Prints the first Python 3.11 that can make a virtual environment. A pyenv shim exists for
# versions that are not switched on too, so each candidate is asked, and pyenv's folder after them.
find_python() {
    unfit=""
    for candidate in python3.11 python3 python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11*/bin/python; do
        _is_python_311 "$candidate" || continue
        if _can_make_venv "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
        unfit=$candidate
    done
    if [ -n "$unfit" ]; then
        echo "$unfit cannot make virtual environments: on Debian, 'apt-get install python3.11-venv'." >&2
    else
        echo "Python 3.11 is missing: neither python3.11, python3, python nor pyenv has it." >&2
    fi
    return 1
}

set_up() {
    _python=$(find_python) || return 1
    "$_python" -I "$ROOT/scripts/_setup.py" "$1"
}
