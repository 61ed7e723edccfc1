//! SQLite's calls, each handed on to the system's VFS, those for files of a disk by way of [`Watched`].
//!
//! A file of no disk is opened by the system's VFS in the very place SQLite gave, and never seen here again. For one of
//! a disk that place begins with a [`Shim`], and the system's file comes behind it.

use std::{
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    io,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    ptr, slice,
    sync::{Arc, OnceLock},
};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use super::{Shared, watched::Watched};

/// What the disks here do not promise, whatever the system's does: SQLite would leave synchronisations out.
const NOT_PROMISED: c_int = ffi::SQLITE_IOCAP_ATOMIC
    | ffi::SQLITE_IOCAP_ATOMIC512
    | ffi::SQLITE_IOCAP_ATOMIC1K
    | ffi::SQLITE_IOCAP_ATOMIC2K
    | ffi::SQLITE_IOCAP_ATOMIC4K
    | ffi::SQLITE_IOCAP_ATOMIC8K
    | ffi::SQLITE_IOCAP_ATOMIC16K
    | ffi::SQLITE_IOCAP_ATOMIC32K
    | ffi::SQLITE_IOCAP_ATOMIC64K
    | ffi::SQLITE_IOCAP_SAFE_APPEND
    | ffi::SQLITE_IOCAP_SEQUENTIAL
    | ffi::SQLITE_IOCAP_BATCH_ATOMIC;

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

#[repr(C)]
struct Vfs {
    base: sqlite3_vfs,
    /// The one that was the default before.
    system: *mut sqlite3_vfs,
    /// The system's for files that one process has to itself: it need not ask the system at each lock, and the wal-index
    /// is in memory. Between the connections of the process the locks are the same.
    exclusive: *mut sqlite3_vfs,
}

#[repr(C)]
struct Shim {
    base: sqlite3_file,
    watched: *mut Watched,
}

/// Makes the disks' VFS SQLite's default, once in a process.
pub(super) fn register() -> io::Result<()> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let register = || {
        // Or SQLite counts its bytes under one lock for all threads.
        // SAFETY: one number goes with this option; where SQLite is in use already, it refuses.
        let _refused = unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) };
        // SAFETY: null asks for the default, which is valid for good.
        let system = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
        // SAFETY: as above.
        let Some(default) = (unsafe { system.as_ref() }) else { return false };
        let base = sqlite3_vfs {
            szOsFile: default.szOsFile + size_of::<Shim>() as c_int,
            pNext: ptr::null_mut(),
            zName: c"vremena-simulation".as_ptr(),
            xOpen: Some(open),
            xDelete: Some(delete),
            // Nothing else changes a file. It works on the system's own data, which is copied along.
            ..*default
        };
        // SAFETY: a name, and what is found is valid for good.
        let exclusive = unsafe { ffi::sqlite3_vfs_find(c"unix-excl".as_ptr()) };
        if exclusive.is_null() {
            return false;
        }
        let vfs = Box::leak(Box::new(Vfs { base, system, exclusive }));
        // SAFETY: the VFS is valid for good, and its methods find the whole of it where its base is.
        unsafe { ffi::sqlite3_vfs_register(&raw mut vfs.base, 1) == ffi::SQLITE_OK }
    };
    if *REGISTERED.get_or_init(register) { Ok(()) } else { Err(io::Error::other("SQLite takes no VFS")) }
}

/// # Safety
/// `vfs` is the base of a `Vfs`.
unsafe fn system<'a>(vfs: *mut sqlite3_vfs) -> (*mut sqlite3_vfs, &'a sqlite3_vfs) {
    // SAFETY: a registered VFS is valid for good.
    unsafe {
        let system = (*vfs.cast::<Vfs>()).system;
        (system, &*system)
    }
}

/// # Safety
/// `name` is null or a C string that outlives what is returned.
unsafe fn claimed<'a>(name: *const c_char) -> Option<(&'a Path, Arc<Shared>)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: not null, thus a C string.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    Some((path, Shared::of(path)?))
}

unsafe extern "C" fn open(
    registered: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives the VFS that was registered, and a path or null.
    let ((vfs, methods), claimed) = unsafe { (system(registered), claimed(name)) };
    let Some(method) = methods.xOpen else { return ffi::SQLITE_CANTOPEN };
    // A file that is deleted while it is open is nothing that a disk could keep or lose.
    let Some((path, disk)) = claimed.filter(|_| flags & ffi::SQLITE_OPEN_DELETEONCLOSE == 0) else {
        // SAFETY: SQLite's own arguments, and more room than the system's file needs.
        return unsafe { method(vfs, name, file, flags, out_flags) };
    };
    // SAFETY: SQLite gives the VFS that was registered.
    let vfs = unsafe { (*registered.cast::<Vfs>()).exclusive };
    let shim = file.cast::<Shim>();
    // SAFETY: `szOsFile` bytes hold a shim and the system's file behind it, and are aligned for pointers. Without
    // methods a file is not open, whatever becomes of the rest.
    let inner = unsafe {
        let inner = shim.add(1).cast::<sqlite3_file>();
        (*shim).base.pMethods = ptr::null();
        (*inner).pMethods = ptr::null();
        inner
    };
    // SAFETY: SQLite's own arguments, but for the place of the system's file.
    match Watched::open(disk, path, flags, || unsafe { method(vfs, name, inner, flags, out_flags) }) {
        Ok(watched) => {
            // SAFETY: as above.
            unsafe {
                (*shim).watched = Box::into_raw(Box::new(watched));
                (*shim).base.pMethods = &raw const METHODS;
            }
            ffi::SQLITE_OK
        }
        Err(refusal) => {
            // SAFETY: the system's file is open exactly if it has methods.
            unsafe {
                if let Some(close) = (*inner).pMethods.as_ref().and_then(|methods| methods.xClose) {
                    close(inner);
                }
            }
            refusal
        }
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, synchronise: c_int) -> c_int {
    // SAFETY: SQLite gives the VFS that was registered, and a path or null.
    let ((vfs, methods), claimed) = unsafe { (system(vfs), claimed(name)) };
    let Some(method) = methods.xDelete else { return ffi::SQLITE_IOERR_DELETE };
    // SAFETY: SQLite's own arguments.
    let system = |synchronise| unsafe { method(vfs, name, synchronise) };
    match claimed {
        Some((path, disk)) => Watched::delete(&disk, path, synchronise & 1 != 0, || system(0)),
        None => system(synchronise),
    }
}

/// What one of SQLite's files consists of.
struct Parts<'a> {
    watched: &'a Watched,
    inner: *mut sqlite3_file,
    methods: &'a sqlite3_io_methods,
}

/// # Safety
/// `file` was opened by `open` above for a disk, and is not closed while the parts are in use.
unsafe fn parts<'a>(file: *mut sqlite3_file) -> Parts<'a> {
    let shim = file.cast::<Shim>();
    // SAFETY: `open` put all of these in place.
    unsafe {
        let inner = shim.add(1).cast::<sqlite3_file>();
        Parts { watched: &*(*shim).watched, inner, methods: &*(*inner).pMethods }
    }
}

/// Calls the method of the system's file.
macro_rules! hand_on {
    ($file:ident.$method:ident($($argument:expr),*), else $refusal:expr) => {
        match $file.methods.$method {
            // SAFETY: SQLite's own arguments, and the file to which they belong.
            Some(method) => unsafe { method($file.inner, $($argument),*) },
            None => $refusal,
        }
    };
}

/// Methods that change nothing on the disk. Who is dead may only let go of what they hold.
macro_rules! plain {
    ($(fn $name:ident = $method:ident($($argument:ident: $type:ty),*), $who:ident, else $refusal:expr;)*) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $type)*) -> c_int {
            // SAFETY: a file that SQLite has open.
            let file = unsafe { parts(file) };
            if $who(file.watched) { hand_on!(file.$method($($argument),*), else $refusal) } else { $refusal }
        }
    )*};
}

plain! {
    fn lock = xLock(level: c_int), living, else ffi::SQLITE_IOERR_LOCK;
    fn unlock = xUnlock(level: c_int), anybody, else ffi::SQLITE_IOERR_UNLOCK;
    fn check_reserved_lock = xCheckReservedLock(held: *mut c_int), living, else ffi::SQLITE_IOERR_CHECKRESERVEDLOCK;
    fn sector_size = xSectorSize(), anybody, else 0;
    fn fetch = xFetch(offset: i64, amount: c_int, to: *mut *mut c_void), living, else ffi::SQLITE_IOERR_MMAP;
    fn unfetch = xUnfetch(offset: i64, from: *mut c_void), anybody, else ffi::SQLITE_OK;
}

fn living(watched: &Watched) -> bool {
    watched.alive()
}

fn anybody(_: &Watched) -> bool {
    true
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: a file that SQLite has open.
    let parts = unsafe { parts(file) };
    let closed = hand_on!(parts.xClose(), else ffi::SQLITE_OK);
    let shim = file.cast::<Shim>();
    // SAFETY: made by `Box::into_raw` in `open`, and SQLite closes a file once.
    unsafe {
        (*shim).base.pMethods = ptr::null();
        drop(Box::from_raw((*shim).watched));
    }
    closed
}

unsafe extern "C" fn read(file: *mut sqlite3_file, to: *mut c_void, amount: c_int, offset: i64) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    let (Ok(length), Ok(place)) = (usize::try_from(amount), usize::try_from(offset)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    if !file.watched.alive() {
        return ffi::SQLITE_IOERR_READ;
    }
    let read = file.watched.look(|bytes| {
        let there = bytes.get(place..).unwrap_or_default();
        let count = there.len().min(length);
        // SAFETY: SQLite gives room for that many bytes; behind the file's end it wants zeros.
        unsafe {
            ptr::copy_nonoverlapping(there.as_ptr(), to.cast::<u8>(), count);
            ptr::write_bytes(to.cast::<u8>().add(count), 0, length - count);
        }
        if count == length { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
    });
    read.unwrap_or_else(|| hand_on!(file.xRead(to, amount, offset), else ffi::SQLITE_IOERR_READ))
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    if !file.watched.alive() {
        return ffi::SQLITE_IOERR_FSTAT;
    }
    match file.watched.look(<[u8]>::len) {
        Some(length) => {
            // SAFETY: SQLite gives a place for the number.
            unsafe { *size = i64::try_from(length).unwrap_or(i64::MAX) };
            ffi::SQLITE_OK
        }
        None => hand_on!(file.xFileSize(size), else ffi::SQLITE_IOERR_FSTAT),
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, amount: c_int, offset: i64) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    let (Ok(length), Ok(place)) = (usize::try_from(amount), usize::try_from(offset)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite gives that many bytes.
    let new = unsafe { slice::from_raw_parts(from.cast::<u8>(), length) };
    let system = || hand_on!(file.xWrite(from, amount, offset), else ffi::SQLITE_IOERR_WRITE);
    file.watched.write(place, new, system)
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, to: i64) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    let Ok(size) = usize::try_from(to) else { return ffi::SQLITE_IOERR_TRUNCATE };
    file.watched.truncate(size, || hand_on!(file.xTruncate(to), else ffi::SQLITE_IOERR_TRUNCATE))
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: a file that SQLite has open.
    unsafe { parts(file) }.watched.synchronise()
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    match operation {
        // These would lengthen the file unseen.
        ffi::SQLITE_FCNTL_SIZE_HINT | ffi::SQLITE_FCNTL_CHUNK_SIZE => ffi::SQLITE_NOTFOUND,
        _ => hand_on!(file.xFileControl(operation, argument), else ffi::SQLITE_NOTFOUND),
    }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    hand_on!(file.xDeviceCharacteristics(), else 0) & !NOT_PROMISED
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    to: *mut *mut c_void,
) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    if !file.watched.alive() {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    let system = || hand_on!(file.xShmMap(region, size, extend, to), else ffi::SQLITE_IOERR_SHMMAP);
    let (mapped, is_there) = file.watched.map(region, extend != 0, system);
    if !is_there {
        // SAFETY: SQLite gives a place for the pointer.
        unsafe { *to = ptr::null_mut() };
    }
    mapped
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    if !file.watched.alive() && flags & ffi::SQLITE_SHM_UNLOCK == 0 {
        return ffi::SQLITE_IOERR_SHMLOCK;
    }
    hand_on!(file.xShmLock(offset, count, flags), else ffi::SQLITE_IOERR_SHMLOCK)
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    hand_on!(file.xShmBarrier(), else ());
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: a file that SQLite has open.
    let file = unsafe { parts(file) };
    // The system deletes by name, and the name belongs to the next process.
    let delete = if file.watched.alive() { delete } else { 0 };
    file.watched.unmap();
    hand_on!(file.xShmUnmap(delete), else ffi::SQLITE_OK)
}
