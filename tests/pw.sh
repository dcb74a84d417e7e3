#!/bin/sh
# Tests of ./pw: what it decides on machines that lack this or that. Needs no network and no root.
# Every tool that pw looks for is a stub, in a PATH that holds nothing else but the basic commands.
# shellcheck disable=SC2016,SC2086 # stubs are scripts in quotes; $all and $variables are lists
set -u

repository=$(dirname -- "$(readlink -f -- "$0")")/..
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# ---- The machine that pw sees ----

# machine USER TOOL...: a new machine, where USER (root or a name) has these tools.
machine() {
    rm -rf "${scratch:?}"/*
    mkdir -p "$scratch/bin" "$scratch/system/usr/lib" "$scratch/home" "$scratch/checkout" "$scratch/elsewhere"
    cp "$repository/pw" "$repository/Cargo.toml" "$scratch/checkout/"
    for command in sh sed dirname readlink mkdir mktemp find rm mv cat chmod touch; do
        ln -s "$(command -v "$command")" "$scratch/bin/$command"
    done
    : >"$scratch/calls"
    [ "$1" = root ] && user=0 || user=1000
    tool id "echo $user"
    shift
    for name; do
        case $name in
        cargo) tool cargo 'if [ "$*" = --version ]; then echo "cargo 1.95.0 (f2d3ce0bd 2026-03-21)"; else
            echo "cargo $* [LIBCLANG_PATH=${LIBCLANG_PATH-unset}] [cmake=$(command -v cmake)]" >>"$SCRATCH/calls"; fi' ;;
        cmake) tool cmake 'echo "cmake version 3.25.1"' ;;
        libclang) touch "$scratch/system/usr/lib/libclang-14.so.13" ;;
        apt-get) tool apt-get "$apt_get" ;;
        python3) tool python3 "$python" ;;
        *) tool "$name" ":" ;;
        esac
    done
}

# tool NAME SCRIPT
tool() {
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

# Installs stubs of the packages it knows, and says so on standard output as the real one does.
apt_get='echo "apt-get $*" | sed "s/-qq -o [^ ]* //" >>"$SCRATCH/calls"
echo "noise of apt-get"
for word; do
    case $word in
    libclang1) touch "$SCRATCH/system/usr/lib/libclang-14.so.13" ;;
    make | cmake | g++ | gcc)
        name=$(echo $word | sed "s/g++/c++/; s/gcc/cc/")
        printf "#!/bin/sh\necho cmake version 3.25.1\n" >"$SCRATCH/bin/$name"
        chmod +x "$SCRATCH/bin/$name" ;;
    esac
done'

# Does what pip does for pw. With $SCRATCH/kill or $SCRATCH/offline there, it does so only half.
python='case "$*" in
-c*) exit 0 ;;
"-m pip --version") [ ! -e "$SCRATCH/no-pip" ]; exit ;;
"- "*) cat >/dev/null; echo fetched >"$2"; echo "fetch pip" >>"$SCRATCH/calls"; exit ;;
esac
while [ $# -gt 2 ]; do [ "$1" = --target ] && target=$2; shift; done
echo "pip install $2" >>"$SCRATCH/calls"
if [ -e "$SCRATCH/offline" ]; then echo "no route to host" >&2; exit 1; fi
case $2 in
cmake*)
    mkdir -p "$target/cmake/data/bin"
    printf "#!/bin/sh\necho cmake version 4.4.4\n" >"$target/cmake/data/bin/cmake"
    chmod +x "$target/cmake/data/bin/cmake" ;;
libclang*)
    mkdir -p "$target/clang/native"
    touch "$target/clang/native/libclang.so" ;;
esac
if [ -e "$SCRATCH/kill" ]; then kill -"$(cat "$SCRATCH/kill")" $PPID; fi'

# ---- Running it and looking ----

# pw ARGS...: runs it in the checkout, or in $directory; leaves $status, $output and the calls.
pw() {
    : >"$scratch/calls"
    {
        (cd "${directory:-$scratch/checkout}" && env -i PATH="$scratch/bin" HOME="$scratch/home" \
            SCRATCH="$scratch" PLACEWRIGHT_SYSROOT="$scratch/system" ${variables-} \
            "$scratch/checkout/pw" "$@") >"$scratch/stdout" 2>"$scratch/stderr"
        status=$?
    } 2>/dev/null # where the shell would report the run that was killed on purpose
}

# expect STATUS, then the calls of cargo, apt-get and pip, in order, as they come on standard input
expect() {
    cat >"$scratch/expected"
    if [ "$status" != "$1" ]; then
        report "exit code $status, expected $1"
    elif ! diff "$scratch/expected" "$scratch/calls" >"$scratch/difference"; then
        report "other calls than expected:" "$(cat "$scratch/difference")"
    elif [ -s "$scratch/stdout" ]; then
        report "standard output is cargo's, but got:" "$(cat "$scratch/stdout")"
    fi
}

# says TEXT: is it somewhere in what pw told the user?
says() {
    case $(cat "$scratch/stderr") in
    *"$1"*) ;;
    *) report "did not say \"$1\" but:" "$(cat "$scratch/stderr")" ;;
    esac
}

silent() {
    [ ! -s "$scratch/stderr" ] || report "should be silent, but said:" "$(cat "$scratch/stderr")"
}

report() {
    failures=$((failures + 1))
    echo "FAILED: $case" >&2
    printf '    %s\n' "$@" >&2
}

all='cargo cc c++ make cmake libclang'
tools=$scratch/checkout/.tools
# Where the stub of cargo sees cmake and libclang, in the three usual situations.
on_the_machine="[LIBCLANG_PATH=unset] [cmake=$scratch/bin/cmake]"
from_wheels="[LIBCLANG_PATH=$tools/libclang/clang/native] [cmake=$tools/cmake/cmake/data/bin/cmake]"
nowhere='[LIBCLANG_PATH=unset] [cmake=]'

# ---- The cases ----

case="everything is there"
machine user $all
pw run -- solve 'a file.json'
expect 0 <<END
cargo run -- solve a file.json $on_the_machine
END
silent

case="called from outside the repository"
machine user $all
directory=$scratch/elsewhere
pw +nightly -q run --release -- solve file.json
unset directory
expect 0 <<END
cargo +nightly -q run --manifest-path $scratch/checkout/Cargo.toml --release -- solve file.json $on_the_machine
END

case="root without anything but Rust"
machine root cargo apt-get
pw test
expect 0 <<END
apt-get update
apt-get install -y --no-install-recommends gcc libc6-dev g++ make cmake libclang1
cargo test $on_the_machine
END
says "missing on this machine: cc c++ make cmake libclang"

case="root without cmake"
machine root cargo cc c++ make libclang apt-get
pw test
expect 0 <<END
apt-get update
apt-get install -y --no-install-recommends cmake
cargo test $on_the_machine
END

case="root, cmake too old and no newer package: wheel"
machine root $all apt-get python3
tool cmake 'echo "cmake version 3.10.2"'
tool apt-get 'exit 0'
pw test
expect 0 <<END
pip install cmake<5
cargo test [LIBCLANG_PATH=unset] [cmake=$tools/cmake/cmake/data/bin/cmake]
END

case="root, but apt-get fails and there is no Python"
machine root cargo cc c++ make libclang
tool apt-get 'echo "Temporary failure resolving" >&2; exit 100'
pw test
expect 2 </dev/null
says "Temporary failure resolving"
says "apt-get install --no-install-recommends cmake"

case="user without cmake and libclang: wheels, and again from the wheels"
machine user cargo cc c++ make apt-get python3
pw test
expect 0 <<END
pip install cmake<5
pip install libclang<19
cargo test $from_wheels
END
pw test
expect 0 <<END
cargo test $from_wheels
END
silent

case="user whose Python has no pip"
machine user cargo cc c++ make libclang python3
touch "$scratch/no-pip"
pw test
expect 0 <<END
fetch pip
pip install cmake<5
cargo test [LIBCLANG_PATH=unset] [cmake=$tools/cmake/cmake/data/bin/cmake]
END

case="user without a network"
machine user cargo cc c++ make python3
touch "$scratch/offline"
pw test
expect 2 <<END
pip install cmake<5
END
says "no route to host"
says "apt-get install --no-install-recommends cmake libclang1"
says "--no-default-features"

case="user without Python"
machine user cargo cc c++ make
pw test
expect 2 </dev/null
says "there is no python3"

case="user without a C++ compiler"
machine user cargo cc cmake libclang apt-get python3
pw test
expect 2 </dev/null
says "apt-get install --no-install-recommends g++ make"
says "--no-default-features"

for signal in KILL TERM; do
    case="install ended by SIG$signal, then again"
    machine user cargo cc c++ make libclang python3
    echo $signal >"$scratch/kill"
    pw test
    [ -e "$tools/cmake" ] && report "half a wheel under its final name"
    rm "$scratch/kill"
    pw test
    expect 0 <<END
pip install cmake<5
cargo test [LIBCLANG_PATH=unset] [cmake=$tools/cmake/cmake/data/bin/cmake]
END
done
case="SIGTERM leaves nothing behind"
[ "$(echo "$tools"/*)" = "$tools/cmake" ] || report "found $(echo "$tools"/*)"

case="without default features"
machine user cargo cc
pw test --no-default-features
expect 0 <<END
cargo test --no-default-features $nowhere
END
silent

case="without default features, but with HiGHS by name"
machine user cargo cc
pw test --no-default-features --features=highs
expect 2 </dev/null

case="the program's own arguments are not cargo's"
machine user cargo cc
pw run -- --no-default-features
expect 2 </dev/null

case="wrong LIBCLANG_PATH, libclang installed"
machine user $all
variables="LIBCLANG_PATH=$scratch/nowhere"
pw test
expect 0 <<END
cargo test $on_the_machine
END
says "LIBCLANG_PATH=$scratch/nowhere holds no libclang: ignored"

case="right LIBCLANG_PATH, folder or file"
machine user cargo cc c++ make cmake
touch "$scratch/home/libclang.so.18"
for path in "$scratch/home" "$scratch/home/libclang.so.18"; do
    variables="LIBCLANG_PATH=$path"
    pw test
    expect 0 <<END
cargo test [LIBCLANG_PATH=$path] [cmake=$scratch/bin/cmake]
END
    silent
done
unset variables

case="libclang-cpp is not libclang"
machine user cargo cc c++ make cmake
touch "$scratch/system/usr/lib/libclang-cpp.so.14"
pw test
expect 2 </dev/null

case="told not to install"
machine root cargo cc c++ make apt-get python3
variables='PLACEWRIGHT_NO_INSTALL=1'
pw test
unset variables
expect 2 </dev/null
says "missing on this machine: cmake libclang"

case="no Rust"
machine user cc c++ make cmake libclang
pw test
expect 2 </dev/null
says "Rust is missing: install version 1."

case="Rust installed since this shell was opened"
machine user $all
mkdir -p "$scratch/home/.cargo/bin"
mv "$scratch/bin/cargo" "$scratch/home/.cargo/bin/"
pw test
expect 0 <<END
cargo test $on_the_machine
END

case="old Rust"
machine user $all
tool cargo 'echo "cargo 1.65.0"'
pw test
expect 2 </dev/null
says "Rust 1.65.0 is too old"

[ "$failures" = 0 ] && echo "tests/pw.sh: all passed"
exit "$((failures > 0))"
