//! restic and borg on the same files, each as its manual sets it up: encrypted, to a repository on the same disk.

use crate::report::{Fallible, Section};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// What a peer took, in seconds.
pub struct Times {
    /// Backup, with a sync of the file system after it.
    pub backup: f64,
    /// Reading all of it back from the disk and checking it.
    pub verify: f64,
}

/// One large file.
pub fn large(section: &mut Section, data: &Path, file: &Path) -> Fallible<Vec<Times>> {
    both(section, data, file, "2 GiB")
}

/// A folder of small files.
pub fn small(section: &mut Section, data: &Path, folder: &Path) -> Fallible<Vec<Times>> {
    both(section, data, folder, "10,000 files")
}

fn both(section: &mut Section, data: &Path, from: &Path, what: &str) -> Fallible<Vec<Times>> {
    let mut times = Vec::new();
    for (name, version, run) in [
        ("restic", "version", restic as fn(&Path, &Path) -> Fallible<Times>),
        ("borg", "--version", borg as fn(&Path, &Path) -> Fallible<Times>),
    ] {
        let Ok(found) = Command::new(name).arg(version).output() else {
            section.note(format!("{name} is not installed; its figures are missing"));
            continue;
        };
        let found = String::from_utf8_lossy(&found.stdout);
        let repository = data.join("peer");
        let took = run(&repository, from)?;
        std::fs::remove_dir_all(&repository)?;
        section.figure(format!("{name}: take in {what}"), took.backup, "s");
        section.figure(format!("{name}: verify {what}"), took.verify, "s");
        section.note(found.lines().next().unwrap_or(name).to_owned());
        times.push(took);
    }
    Ok(times)
}

fn restic(repository: &Path, from: &Path) -> Fallible<Times> {
    let command = || {
        let mut command = Command::new("restic");
        command.env("RESTIC_PASSWORD", "for measuring").arg("-q").arg("-r").arg(repository);
        command.args(["--no-cache"]);
        command
    };
    seconds(command().arg("init"))?;
    let backup = seconds(command().arg("backup").arg(from))? + synced(repository)?;
    super::files::forget(repository)?;
    let verify = seconds(command().args(["check", "--read-data"]))?;
    Ok(Times { backup, verify })
}

fn borg(repository: &Path, from: &Path) -> Fallible<Times> {
    let command = |what: &str| {
        let mut command = Command::new("borg");
        command
            .env("BORG_PASSPHRASE", "for measuring")
            .env("BORG_BASE_DIR", repository.with_extension("base"));
        command.arg(what);
        command
    };
    seconds(command("init").arg("--encryption=repokey").arg(repository))?;
    let archive = format!("{}::one", repository.display());
    let backup = seconds(command("create").arg(archive).arg(from))? + synced(repository)?;
    super::files::forget(repository)?;
    let verify = seconds(command("check").arg("--verify-data").arg(repository))?;
    let _ = std::fs::remove_dir_all(repository.with_extension("base"));
    Ok(Times { backup, verify })
}

fn synced(folder: &Path) -> Fallible<f64> {
    seconds(Command::new("sync").arg("-f").arg(folder))
}

fn seconds(command: &mut Command) -> Fallible<f64> {
    let begun = Instant::now();
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    if done.status.success() {
        Ok(begun.elapsed().as_secs_f64())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned().into())
    }
}
