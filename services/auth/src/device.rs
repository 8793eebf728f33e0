//! The program that someone signs in with, in words that its owner recognises. It is what the client says of itself:
//! good for telling one's own sessions apart, and proof of nothing.

/// What is said when the client does not say what it is.
const UNKNOWN: &str = "an unknown program";
/// Most characters of a program's own name that are shown.
const MAX_NAME: usize = 40;

/// Programs by what their user agents hold, in the order in which they have to be tried: most pretend to be others.
const PROGRAMS: [(&str, &str); 13] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("MSIE ", "Internet Explorer"),
];

/// Systems, likewise.
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// A user agent in words, for example "Firefox on Linux" or "curl". Versions are left out: a program that was
/// updated is still the same device.
#[must_use]
pub fn describe(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent.map(str::trim).filter(|agent| !agent.is_empty()) else {
        return UNKNOWN.to_owned();
    };
    let system = find(&SYSTEMS, agent);
    if !agent.starts_with("Mozilla/") {
        let name = own_name(agent);
        return system.map_or_else(|| name.clone(), |system| format!("{name} on {system}"));
    }
    match (find(&PROGRAMS, agent), system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

fn find(table: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map(|(_, name)| *name)
}

/// What comes before the version, as in "curl/8.5.0".
fn own_name(agent: &str) -> String {
    let name: String = agent
        .split(['/', ' ', '('])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect();
    if name.is_empty() { UNKNOWN.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn browsers_are_named_with_their_system() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
        ] {
            assert_eq!(describe(Some(agent)), words);
        }
    }

    #[test]
    fn other_programs_are_called_what_they_call_themselves() {
        assert_eq!(describe(Some("curl/8.5.0")), "curl");
        assert_eq!(describe(Some("tonic/0.14.9")), "tonic");
        assert_eq!(describe(Some("PFMS (Android 15)")), "PFMS on Android");
        for nothing in [None, Some(""), Some("  "), Some("/1.0"), Some("Mozilla/5.0")] {
            assert_eq!(describe(nothing), UNKNOWN);
        }
    }

    #[test]
    fn an_update_does_not_make_another_device() {
        assert_eq!(describe(Some("curl/8.5.0")), describe(Some("curl/8.6.0")));
    }

    proptest! {
        #[test]
        fn words_are_short_and_without_control_characters(agent: String) {
            let words = describe(Some(&agent));
            prop_assert!(!words.is_empty() && words.chars().count() <= 80);
            prop_assert!(!words.chars().any(char::is_control));
        }
    }
}
