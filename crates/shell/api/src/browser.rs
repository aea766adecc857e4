//! What a browser is called by people.

/// The first that is found names it: Edge calls itself Chrome as well, and Chrome Safari.
const BROWSERS: [(&str, &str); 4] =
    [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows NT", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// How much of the name of a program is told that is none of these, in characters.
const NAME_MAX: usize = 60;

/// "Chrome 156, Windows" from what a browser calls itself; the beginning of that if it is none we know.
pub(crate) fn browser_name(user_agent: &str) -> String {
    let browser = BROWSERS.iter().find_map(|(mark, name)| {
        let version: String = user_agent.split_once(mark)?.1.chars().take_while(char::is_ascii_digit).collect();
        (!version.is_empty()).then(|| format!("{name} {version}"))
    });
    let system = SYSTEMS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| (*name).to_owned());
    let known: Vec<String> = browser.into_iter().chain(system).collect();
    match (known.is_empty(), user_agent.is_empty()) {
        (false, _) => known.join(", "),
        (true, true) => "?".to_owned(),
        (true, false) => user_agent.chars().take(NAME_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        for (user_agent, name) in [
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36", "Chrome 156, Windows"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0.0.0 Safari/537.36 Edg/156.0", "Edge 156, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari 19, iOS"),
            ("curl/8.0", "curl/8.0"),
            ("", "?"),
        ] {
            assert_eq!(browser_name(user_agent), name);
        }
    }
}
