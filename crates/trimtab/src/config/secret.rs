//! Secrets of the settings: never in the file itself, but in a file of their own or in the environment.

use secrecy::SecretString;

/// Where variables come from.
pub(super) struct Secrets<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Secrets<'_> {
    /// The secret that a setting names by file or by variable; `None` where it names neither, or with a problem.
    pub(super) fn read(&self, setting: &str, file: &str, variable: &str, problems: &mut Vec<String>) -> Option<SecretString> {
        let text = match (file.trim(), variable.trim()) {
            ("", "") => return None,
            (file, "") => {
                std::fs::read_to_string(file).map_err(|error| format!("{setting}_file = '{file}' cannot be read: {error}"))
            }
            ("", variable) => (self.0)(variable)
                .ok_or_else(|| format!("{setting}_env = '{variable}' is not in the environment: set it, or use {setting}_file")),
            (_, _) => Err(format!("{setting}_file and {setting}_env are both given: keep one")),
        };
        // What editors and echo put at the end is not part of it.
        let text = text.and_then(|text| {
            let text = text.trim_end_matches(['\r', '\n']).to_owned();
            if text.is_empty() { Err(format!("the secret of {setting} is empty")) } else { Ok(text) }
        });
        text.map_err(|problem| problems.push(problem)).ok().map(SecretString::from)
    }
}
