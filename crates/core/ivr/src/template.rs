//! Words with holes: `"{province}-{order}"`. A hole is a variable, or something known of the call.

use std::fmt;

use bell_types::VariableName;

/// Words with holes that a call fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(Box<str>),
    Field(Field),
}

/// What can stand in a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `{caller}`: the caller's number.
    Caller,
    /// `{called}`: the number that was called.
    Called,
    /// `{province}` of the caller's number.
    Province,
    /// `{city}` of the caller's number.
    City,
    /// `{carrier}` of the caller's number.
    Carrier,
    /// `{class}` of the caller.
    Class,
    /// `{language}` the caller has chosen: `zh-CN`.
    Language,
    /// Any other name: a variable.
    Variable(VariableName),
}

impl Template {
    /// Reads words with holes.
    ///
    /// # Errors
    /// What is wrong, if a brace is not closed or a hole is no name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (words, hole) = rest.split_at(at);
            let closed = hole.strip_prefix('{').and_then(|hole| hole.split_once('}'));
            let Some((name, after)) = closed else { return Err(format!("a brace of {text:?} stands alone")) };
            if !words.is_empty() {
                pieces.push(Piece::Words(words.into()));
            }
            pieces.push(Piece::Field(Field::parse(name)?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.into()));
        }
        Ok(Self { pieces })
    }

    /// Scheme, host and port of a url, `https://crm.example.com:8443`; none if it is no url, or if a hole stands in them.
    pub fn origin(&self) -> Option<&str> {
        let Some(Piece::Words(first)) = self.pieces.first() else { return None };
        let rest = first.strip_prefix("https://").or_else(|| first.strip_prefix("http://"))?;
        let (host, ends) = match rest.find(['/', '?', '#']) {
            Some(end) => rest.split_at(end),
            None if self.pieces.len() == 1 => (rest, ""),
            None => return None,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let sound = !host.is_empty() && host.chars().all(plain);
        sound.then(|| &first[..first.len() - ends.len()])
    }

    /// The variables it asks for.
    pub fn variables(&self) -> impl Iterator<Item = &VariableName> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field(Field::Variable(name)) => Some(name),
            Piece::Field(
                Field::Caller
                | Field::Called
                | Field::Province
                | Field::City
                | Field::Carrier
                | Field::Class
                | Field::Language,
            )
            | Piece::Words(_) => None,
        })
    }

    /// The words, each hole filled by what `known` says of it.
    pub(crate) fn fill(&self, mut known: impl FnMut(&Field) -> String) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.to_string(),
                Piece::Field(field) => known(field),
            })
            .collect()
    }
}

impl Field {
    fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "caller" => Self::Caller,
            "called" => Self::Called,
            "province" => Self::Province,
            "city" => Self::City,
            "carrier" => Self::Carrier,
            "class" => Self::Class,
            "language" => Self::Language,
            _ => Self::Variable(VariableName::new(name).map_err(|error| error.to_string())?),
        })
    }
}

/// As it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Words(words) => f.write_str(words),
            Piece::Field(field) => write!(f, "{{{field}}}"),
        })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Caller => "caller",
            Self::Called => "called",
            Self::Province => "province",
            Self::City => "city",
            Self::Carrier => "carrier",
            Self::Class => "class",
            Self::Language => "language",
            Self::Variable(name) => name.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_and_printed_as_they_were_written() {
        for text in ["vip", "", "{caller}", "/c/{caller}?order={order}&lang={language}", "{province}{city}"] {
            let template = Template::parse(text).unwrap();
            assert_eq!(template.to_string(), text);
            assert_eq!(template.fill(|field| format!("{{{field}}}")), text);
        }
        let names: Vec<_> = Template::parse("{a}{caller}{b}").unwrap().variables().cloned().collect();
        assert_eq!(names.iter().map(VariableName::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_url_names_its_service_without_holes() {
        for (url, origin) in [
            ("https://crm.example.com/c/{caller}", Some("https://crm.example.com")),
            ("http://127.0.0.1:8080/x", Some("http://127.0.0.1:8080")),
            ("http://crm.example.com", Some("http://crm.example.com")),
            ("http://crm.example.com?q={caller}", Some("http://crm.example.com")),
            ("http://crm.example.com{caller}/", None),
            ("http://{caller}/", None),
            ("http://user@evil.example/", None),
            ("ftp://crm.example.com/", None),
            ("http:///x", None),
            ("{caller}", None),
        ] {
            assert_eq!(Template::parse(url).unwrap().origin(), origin, "{url}");
        }
    }

    #[test]
    fn a_brace_that_stands_alone_is_a_mistake() {
        for text in ["{", "}", "a{b", "a}b{c}", "{a}}", "{{a}}", "{}", "{a b}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
