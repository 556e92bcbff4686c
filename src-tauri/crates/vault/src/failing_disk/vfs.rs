//! SQLite's own file system with a disk that fails where a test says (<https://sqlite.org/vfs.html>).
//!
//! It stands before the real one for the whole process, and fails for the thread alone that asked for it.
#![expect(unsafe_code, reason = "a file system for SQLite is a table of C functions")]

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::{Mutex, Once, PoisonError};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

/// What a disk refuses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refuses {
    /// One reading.
    Reading,
    /// One change, and takes the next.
    Once,
    /// That change and all that come after it: broken, or gone.
    FromThenOn,
    /// The same, since it is full: what makes room still works.
    Room,
}

#[derive(Clone, Copy)]
struct Plan {
    refuses: Refuses,
    /// Before which reading or change of its kind, from 1.
    at: u64,
}

thread_local! {
    static PLAN: Cell<Option<Plan>> = const { Cell::new(None) };
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

/// Lets the disk fail for this thread while it acts. Gives what came of it, and how many readings or changes there were.
pub(crate) fn while_it_refuses<T>(refuses: Refuses, at: u64, act: impl FnOnce() -> T) -> (T, u64) {
    install();
    SEEN.set(0);
    PLAN.set(Some(Plan { refuses, at }));
    let done = act();
    PLAN.set(None);
    (done, SEEN.get())
}

/// What SQLite asks of a disk.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Reading,
    Writing,
    Truncating,
    Syncing,
    Removing,
}

/// The code with which the disk refuses, if it does.
fn refused(asked: Asked) -> Option<c_int> {
    let Plan { refuses, at } = PLAN.get()?;
    let counts = match refuses {
        Refuses::Reading => asked == Asked::Reading,
        Refuses::Once | Refuses::FromThenOn => asked != Asked::Reading,
        Refuses::Room => asked == Asked::Writing,
    };
    if !counts {
        return None;
    }
    let seen = SEEN.get() + 1;
    SEEN.set(seen);
    let is_refused = match refuses {
        Refuses::Reading | Refuses::Once => seen == at,
        Refuses::FromThenOn | Refuses::Room => seen >= at,
    };
    is_refused.then_some(match (asked, refuses) {
        (_, Refuses::Room) => ffi::SQLITE_FULL,
        (Asked::Reading, _) => ffi::SQLITE_IOERR_READ,
        (Asked::Writing, _) => ffi::SQLITE_IOERR_WRITE,
        (Asked::Truncating, _) => ffi::SQLITE_IOERR_TRUNCATE,
        (Asked::Syncing, _) => ffi::SQLITE_IOERR_FSYNC,
        (Asked::Removing, _) => ffi::SQLITE_IOERR_DELETE,
    })
}

/// The methods of a file of ours; SQLite sees the first member only.
#[repr(C)]
struct Methods {
    ours: sqlite3_io_methods,
    real: *const sqlite3_io_methods,
}

/// Addresses of [`Methods`] that were made, each for one table of the real file system: there are two or three.
static METHODS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn real_vfs() -> *mut sqlite3_vfs {
    // SAFETY: SQLite's own name for its file system on Unix.
    unsafe { ffi::sqlite3_vfs_find(c"unix".as_ptr()) }
}

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the real table is copied whole and lives for ever, as its copy does from here on.
        unsafe {
            let mut ours = *real_vfs();
            ours.zName = c"failing".as_ptr();
            ours.pNext = ptr::null_mut();
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            assert_eq!(
                ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1),
                ffi::SQLITE_OK
            );
        }
    });
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: what SQLite gave is passed on as it is, to the file system whose size of a file it asked for.
    unsafe {
        let Some(real) = (*real_vfs()).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let opened = real(real_vfs(), name, file, flags, out);
        if !(*file).pMethods.is_null() {
            (*file).pMethods = ours_for((*file).pMethods);
        }
        opened
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    if let Some(code) = refused(Asked::Removing) {
        return code;
    }
    // SAFETY: passed on as it is.
    unsafe {
        match (*real_vfs()).xDelete {
            Some(real) => real(real_vfs(), name, sync),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    }
}

/// The table that stands before a real one.
unsafe fn ours_for(real: *const sqlite3_io_methods) -> *const sqlite3_io_methods {
    let mut made = METHODS.lock().unwrap_or_else(PoisonError::into_inner);
    for address in made.iter() {
        let methods = *address as *const Methods;
        // SAFETY: it was leaked below.
        if unsafe { (*methods).real } == real {
            return methods.cast();
        }
    }
    // SAFETY: a table of the real file system, which lives for ever.
    let mut ours = unsafe { *real };
    ours.xRead = Some(read);
    ours.xWrite = Some(write);
    ours.xTruncate = Some(truncate);
    ours.xSync = Some(sync);
    let methods: *const Methods = Box::leak(Box::new(Methods { ours, real }));
    made.push(methods as usize);
    methods.cast()
}

/// The real methods of a file that [`open`] opened.
unsafe fn real_of(file: *mut sqlite3_file) -> sqlite3_io_methods {
    // SAFETY: every open file of this file system has a table of ours, whose second member is the real one.
    unsafe { *(*(*file).pMethods.cast::<Methods>()).real }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    into: *mut c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    match refused(Asked::Reading) {
        Some(code) => code,
        // SAFETY: passed on as it is.
        None => unsafe {
            real_of(file)
                .xRead
                .map_or(ffi::SQLITE_IOERR, |real| real(file, into, length, at))
        },
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    match refused(Asked::Writing) {
        Some(code) => code,
        // SAFETY: passed on as it is.
        None => unsafe {
            real_of(file)
                .xWrite
                .map_or(ffi::SQLITE_IOERR, |real| real(file, from, length, at))
        },
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    match refused(Asked::Truncating) {
        Some(code) => code,
        // SAFETY: passed on as it is.
        None => unsafe {
            real_of(file)
                .xTruncate
                .map_or(ffi::SQLITE_IOERR, |real| real(file, size))
        },
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    match refused(Asked::Syncing) {
        Some(code) => code,
        // SAFETY: passed on as it is.
        None => unsafe {
            real_of(file)
                .xSync
                .map_or(ffi::SQLITE_IOERR, |real| real(file, flags))
        },
    }
}
