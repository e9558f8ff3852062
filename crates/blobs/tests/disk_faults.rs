//! A disk that fails at every single call, is full, or loses its process between any two calls. A killed process is a child that
//! aborts itself: this test binary, run again with one test and told by the environment what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use comity_blobs::{Blobs, Disk, NamedFault, Step, is_full};
use comity_vault::Digest;
use comity_vault::store::{AuditFinding, Created, Objects, Pending, StoreFault, audit_object};
use common::{content, files, names, put};

/// More than one buffer, and not a multiple of anything.
const LEN: usize = (4 << 20) + 12_345;
const OLD_NAME: &str = "epochs/a/1";
const NEW_NAME: &str = "epochs/b/2";

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

/// A store whose call number `at`, counted from its opening on, does `act`.
fn disk_that_at(
    directory: &Path,
    at: u64,
    act: impl Fn(Step) -> io::Result<()> + Send + Sync + 'static,
) -> Disk {
    let (open, count) = (Arc::new(Mutex::new(false)), AtomicU64::new(0));
    let opened = Arc::clone(&open);
    let watcher = move |step| {
        let due = *opened.lock().unwrap() && count.fetch_add(1, Ordering::SeqCst) == at;
        if due { act(step) } else { Ok(()) }
    };
    let disk = Disk::watched(directory, Some(Arc::new(watcher))).unwrap();
    *open.lock().unwrap() = true;
    disk
}

#[test]
fn an_object_is_synced_before_it_has_a_name_and_its_name_before_it_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    Disk::open(folder.path()).unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);
    let watcher = move |step| {
        seen.lock().unwrap().push(step);
        Ok(())
    };
    let disk = Disk::watched(folder.path(), Some(Arc::new(watcher))).unwrap();
    steps.lock().unwrap().clear();
    put(&disk, b"short", 9).unwrap();
    let put_steps = std::mem::take(&mut *steps.lock().unwrap());
    let order: Vec<Step> = put_steps
        .into_iter()
        // Where the file system takes no direct writes, the file is made twice and its bytes are written twice.
        .filter(|step| !matches!(step, Step::Create | Step::Write { .. } | Step::Remove))
        .collect();
    assert_eq!(order, [Step::SetLength, Step::SyncFile, Step::Link, Step::SyncDirectory]);
    put(&disk, b"short", 9).unwrap();
    let again = std::mem::take(&mut *steps.lock().unwrap());
    assert!(again.ends_with(&[Step::Link, Step::Touch, Step::SyncDirectory, Step::Remove]), "{again:?}");
}

#[test]
fn wherever_the_disk_fails_nothing_is_left_and_the_next_try_succeeds() {
    let bytes = content(LEN);
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let failed = Arc::new(Mutex::new(None));
        let step = Arc::clone(&failed);
        let disk = disk_that_at(folder.path(), at, move |which| {
            *step.lock().unwrap() = Some(which);
            Err(full())
        });
        let result = put(&disk, &bytes, 1_000_000);
        let Some(step) = *failed.lock().unwrap() else {
            assert!(result.is_ok() && at >= 7, "{at}");
            break;
        };
        let cleaning = step == Step::Remove;
        assert_eq!(result.as_ref().is_err_and(is_full), !cleaning, "{at} {step:?} {result:?}");
        let left = files(&folder.path().join("pending")).len();
        assert_eq!(left, usize::from(cleaning), "{at} {step:?}");
        // A name whose directory could not be synced stays: it is whole, and nothing refers to it.
        let there = names(&disk, 10).len();
        assert_eq!(there, usize::from(matches!(step, Step::Remove | Step::SyncDirectory)), "{at} {step:?}");
        put(&disk, &bytes, 1_000_000).unwrap();
        assert_eq!(audit_object(&disk, Digest::of(&bytes)).unwrap(), AuditFinding::Sound);
    }
}

#[test]
fn what_processes_left_behind_is_removed_when_it_is_a_day_old() {
    let folder = tempfile::tempdir().unwrap();
    Disk::open(folder.path()).unwrap();
    let (young, old) = (folder.path().join("pending/young"), folder.path().join("pending/old"));
    std::fs::write(&young, b"at work").unwrap();
    std::fs::write(&old, b"left").unwrap();
    age(&old, Duration::from_secs(25 * 60 * 60));
    Disk::open(folder.path()).unwrap();
    assert!(young.exists() && !old.exists());
}

fn age(path: &Path, by: Duration) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - by).unwrap();
}

#[test]
fn an_object_that_existed_counts_as_young_again() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(folder.path()).unwrap();
    put(&disk, b"kept", 9).unwrap();
    let name = Digest::of(b"kept");
    let path = folder.path().join(format!("objects/{}/{name}", &name.to_string()[..2]));
    age(&path, Duration::from_secs(100_000));
    assert!(disk.modified(name).unwrap().unwrap().elapsed().unwrap().as_secs() > 90_000);
    assert_eq!(put(&disk, b"kept", 9).unwrap(), Created::Existed);
    assert!(disk.modified(name).unwrap().unwrap().elapsed().unwrap_or_default().as_secs() < 600);
}

#[test]
fn an_object_that_was_cut_is_not_taken_for_stored() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(folder.path()).unwrap();
    put(&disk, b"whole", 9).unwrap();
    let name = Digest::of(b"whole");
    let path = folder.path().join(format!("objects/{}/{name}", &name.to_string()[..2]));
    std::fs::write(&path, b"who").unwrap();
    let fault = put(&disk, b"whole", 9).unwrap_err();
    assert!(matches!(&fault, StoreFault::Storage { .. }) && !is_full(&fault), "{fault:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"who", "evidence of the damage is kept");
}

#[test]
fn strange_files_among_the_objects_are_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(folder.path()).unwrap();
    put(&disk, b"real", 9).unwrap();
    for strange in ["00/README", "00/..swp", &format!("00/{}", "G".repeat(64))] {
        std::fs::write(folder.path().join("objects").join(strange), b"").unwrap();
    }
    assert_eq!(names(&disk, 10), [Digest::of(b"real")]);
}

#[test]
fn only_the_owner_may_read_what_is_stored() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let blobs = common::disk(folder.path());
    put(&blobs, b"private", 9).unwrap();
    blobs.named().put_new("a/b", b"private").unwrap();
    for file in files(folder.path()) {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o77, 0);
    }
    for directory in ["objects", "objects/ab", "named", "named/a", "pending"] {
        let mode = std::fs::metadata(folder.path().join(directory)).unwrap().permissions().mode();
        assert_eq!(mode & 0o77, 0, "{directory}");
    }
}

/// Runs the test `child` of this binary in a process of its own, begun by `shell`, which ends with `exec "$@"`.
fn run_child(child: &str, shell: &str, directory: &Path, at: u64) -> bool {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.arg("-c").arg(shell).arg("sh").arg(program).args(["--exact", child, "--nocapture"]);
    command.env("COMITY_TEST_CHILD", directory).env("COMITY_TEST_AT", at.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

/// Where the child works, and at which call it aborts; nothing in an ordinary run.
fn child() -> Option<(std::path::PathBuf, u64)> {
    let directory = std::env::var_os("COMITY_TEST_CHILD")?;
    Some((directory.into(), std::env::var("COMITY_TEST_AT").unwrap().parse().unwrap()))
}

fn aborting() -> Option<Disk> {
    let (directory, at) = child()?;
    Some(disk_that_at(&directory, at, |_| std::process::abort()))
}

#[test]
fn child_that_puts_an_object() {
    let Some(disk) = aborting() else { return };
    put(&disk, &content(LEN), 1_000_000).unwrap();
}

#[test]
fn child_that_puts_and_removes_names() {
    let Some(disk) = aborting() else { return };
    let named = Blobs::from(disk).named();
    named.put_new(NEW_NAME, b"new").unwrap();
    named.remove(OLD_NAME).unwrap();
}

/// Runs a child for every call that it makes, killed there; how many there were.
fn killed_at_every_call(child: &str, prepare: impl Fn(&Path), check: impl Fn(&Path, u64)) -> u64 {
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        if run_child(child, r#"exec "$@""#, folder.path(), at) {
            return at;
        }
        check(folder.path(), at);
    }
    unreachable!()
}

#[test]
fn a_process_killed_between_any_two_calls_leaves_nothing_or_the_whole_object() {
    let bytes = content(LEN);
    let whole = std::cell::Cell::new(0);
    let check = |directory: &Path, at| {
        for left in files(&directory.join("pending")) {
            age(Path::new(&left), Duration::from_secs(25 * 60 * 60));
        }
        let disk = Disk::open(directory).unwrap();
        assert_eq!(files(&directory.join("pending")).len(), 0);
        for name in names(&disk, 10) {
            whole.set(whole.get() + 1);
            assert_eq!(audit_object(&disk, name).unwrap(), AuditFinding::Sound, "{at}");
        }
        put(&disk, &bytes, 1_000_000).unwrap();
        assert_eq!(names(&disk, 10), [Digest::of(&bytes)]);
    };
    let calls = killed_at_every_call("child_that_puts_an_object", |_| {}, check);
    assert!(calls >= 8 && (1..calls).contains(&whole.get()), "{calls} calls, {} whole", whole.get());
}

#[test]
fn a_process_killed_between_any_two_calls_leaves_named_files_whole_or_not_at_all() {
    let prepare = |directory: &Path| common::disk(directory).named().put_new(OLD_NAME, b"old").unwrap();
    let check = |directory: &Path, at| {
        let named = common::disk(directory).named();
        let (old, new) = (named.get(OLD_NAME).unwrap(), named.get(NEW_NAME).unwrap());
        assert!(old.as_deref().is_none_or(|old| old == b"old"), "{at}");
        assert!(new.as_deref().is_none_or(|new| new == b"new"), "{at}");
        let again = named.put_new(NEW_NAME, b"new");
        assert_eq!(matches!(again, Err(NamedFault::Exists { .. })), new.is_some(), "{at}");
        named.remove(OLD_NAME).unwrap();
        assert_eq!(named.list("").unwrap(), [NEW_NAME]);
    };
    let calls = killed_at_every_call("child_that_puts_and_removes_names", prepare, check);
    assert!(calls >= 14, "{calls}");
}

/// In a process that may write so much and no more: the fault is told apart, nothing is left, and less does go in.
#[test]
fn child_that_runs_out_of_space() {
    let Some((directory, _)) = child() else { return };
    let disk = Disk::open(&directory).unwrap();
    let bytes = content(9 << 20);
    let fault = put(&disk, &bytes, 1 << 20).unwrap_err();
    assert!(is_full(&fault), "{fault:?}");
    assert_eq!(files(&directory.join("pending")).len(), 0);
    assert_eq!(names(&disk, 10).len(), 0);
    put(&disk, &bytes[..20_000], 1 << 20).unwrap();
}

#[test]
fn a_file_that_may_grow_no_further_fails_as_full_at_any_length() {
    // Blocks of 512 bytes, around buffers of 4 MiB, within them, and at no multiple of a page.
    for blocks in [64, 101, 4095, 8191, 8192, 8193, 12_345, 18_431] {
        let folder = tempfile::tempdir().unwrap();
        let shell = format!(r#"trap "" XFSZ; ulimit -f {blocks}; exec "$@""#);
        assert!(run_child("child_that_runs_out_of_space", &shell, folder.path(), 0), "{blocks}");
    }
}

#[test]
fn a_full_file_system_fails_as_full_at_any_length() {
    let namespace = "unshare --user --map-root-user --mount";
    for kib in [1100, 1104, 4200, 5000, 8900] {
        let folder = tempfile::tempdir().unwrap();
        let mount = format!("mount -t tmpfs -o size={kib}k,mode=700 tmpfs {}", folder.path().display());
        if !Command::new("sh")
            .args(["-c", &format!("{namespace} {mount}")])
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
        {
            eprintln!("no file system may be mounted here: skipped");
            return;
        }
        let shell = format!(r#"exec {namespace} sh -c '{mount} && exec "$@"' sh "$@""#);
        assert!(run_child("child_that_runs_out_of_space", &shell, folder.path(), 0), "{kib} KiB");
    }
}

#[test]
fn a_pending_object_is_seen_by_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(folder.path()).unwrap();
    let mut pending = disk.create().unwrap();
    pending.write(&content(LEN)).unwrap();
    assert_eq!(names(&disk, 10).len(), 0);
    assert_eq!(pending.commit(Digest::of(&content(LEN))).unwrap(), Created::New);
}
