//! Packs the list of number prefixes that `bell-callers` brings along: `cargo xtask regions FILE VERSION`.
//!
//! The packed list has a line for each place with its prefixes; those that follow each other are one range. Nothing is
//! lost: the test of `bell-callers` unpacks it and compares the hash that stands in its head.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The packed list. `csv` is prefix, province and city, sorted by prefix, below one line of titles.
pub fn pack(csv: &str, sha256: &str, version: &str) -> String {
    let mut places: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for line in csv.lines().skip(1) {
        let mut fields = line.split(',');
        if let (Some(prefix), Some(province), Some(city)) = (fields.next(), fields.next(), fields.next()) {
            places.entry((province, city)).or_default().push(prefix);
        }
    }
    let mut packed = format!(
        "# Province, city and number prefixes. From the geocoding data of libphonenumber {version},\n\
         # Copyright The Libphonenumber Authors, Apache License 2.0. Written by: cargo xtask regions FILE VERSION\n\
         # SHA-256 of the list: {sha256}\n"
    );
    for ((province, city), prefixes) in places {
        let _ = writeln!(packed, "{province} {city} {}", ranges(&prefixes).join(" "));
    }
    packed
}

/// Prefixes of one length that follow each other, as `1300581-4`.
fn ranges(prefixes: &[&str]) -> Vec<String> {
    let number = |prefix: &str| prefix.parse::<u64>().unwrap_or_default();
    let mut ranges: Vec<(&str, &str)> = Vec::new();
    for prefix in prefixes {
        match ranges.last_mut() {
            Some((_, last)) if last.len() == prefix.len() && number(last) + 1 == number(prefix) => *last = prefix,
            _ => ranges.push((prefix, prefix)),
        }
    }
    let told = |(first, last): (&str, &str)| match first.bytes().zip(last.bytes()).position(|(a, b)| a != b) {
        Some(differs) => format!("{first}-{}", &last[differs..]),
        None => first.to_owned(),
    };
    ranges.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_that_follow_each_other_are_a_range() {
        let csv = "prefix,province,city\n10,北京,北京市\n1300001,江苏,常州市\n1300008,江苏,常州市\n1300009,江苏,常州市\n\
                   1300010,江苏,常州市\n130002,江苏,常州市\n";
        let packed = pack(csv, "ab", "1");
        let lines: Vec<&str> = packed.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines, ["北京 北京市 10", "江苏 常州市 1300001 1300008-10 130002"]);
    }
}
