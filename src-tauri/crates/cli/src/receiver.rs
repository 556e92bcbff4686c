//! Who gets what standard output carries.

/// The program that started this one, by its name; `stdout` where that cannot be told.
pub fn of_standard_output() -> String {
    parent_program().unwrap_or_else(|| "stdout".to_owned())
}

#[cfg(target_os = "linux")]
fn parent_program() -> Option<String> {
    let parent = rustix::process::getppid()?;
    let name = std::fs::read_to_string(format!("/proc/{}/comm", parent.as_raw_nonzero())).ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn parent_program() -> Option<String> {
    None
}
