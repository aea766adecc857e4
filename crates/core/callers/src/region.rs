//! Where a number is from, by the longest prefix that is known.

use std::sync::LazyLock;

use bell_types::{Number, Origin, Region, RegionUnknown};

/// What the table is made from, for whoever asks where a region comes from. The licence wants to be told.
pub const NUMBERING_DATA: &str = "Chinese number prefixes: geocoding and carrier data of libphonenumber 9.0.43, \
                                  Copyright The Libphonenumber Authors, Apache License 2.0";

const REGIONS: &str = include_str!("../data/regions.txt");
const CARRIERS: &str = include_str!("../data/carriers.csv");

/// Prefixes have at most so many digits.
const DIGITS_MAX: usize = 7;
/// The first step of a look-up takes so many digits, the second the rest.
const FIRST_DIGITS: usize = 4;
const FIRST: usize = 10_usize.pow(FIRST_DIGITS as u32);
const SECOND: usize = 10_usize.pow((DIGITS_MAX - FIRST_DIGITS) as u32);
/// Marks a cell of the first step that leads to a page of the second.
const PAGE: u16 = 0x8000;
/// Nothing is known. Places count from 1.
const NOWHERE: u16 = 0;

static SHIPPED: LazyLock<Regions> = LazyLock::new(|| Regions::read(REGIONS, CARRIERS));

/// A province and a city, in the words of the numbering data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The province: `浙江`.
    pub province: &'static str,
    /// The city: `杭州市`; several if they share an area code.
    pub city: &'static str,
}

/// The table of prefixes: two steps of an array, whatever the number.
#[derive(Debug)]
pub struct Regions {
    places: Vec<Place>,
    first: Box<[u16]>,
    pages: Vec<[u16; SECOND]>,
    /// By the first four digits of a mobile number.
    carriers: Box<[u8]>,
    carrier_names: Vec<&'static str>,
}

impl Regions {
    /// The table that Belltower brings along. Read once, at the first use.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Where a caller is from, or why nobody knows.
    pub fn origin(&self, caller: Option<&Number>) -> Origin {
        let Some(number) = caller else { return Origin::Unknown(RegionUnknown::Withheld) };
        match self.locate(number) {
            Ok((place, carrier)) => Origin::Known(Region {
                province: place.province.to_owned(),
                city: place.city.to_owned(),
                carrier: carrier.map(str::to_owned),
            }),
            Err(unknown) => Origin::Unknown(unknown),
        }
    }

    /// The place of a number and, if it is a mobile one, whom its prefix was given to.
    ///
    /// # Errors
    /// Why no place is known.
    pub fn locate(&self, number: &Number) -> Result<(Place, Option<&'static str>), RegionUnknown> {
        let digits = match number {
            Number::Short(_) => return Err(RegionUnknown::ShortNumber),
            Number::Service(_) => return Err(RegionUnknown::ServiceNumber),
            Number::E164(digits) => digits.strip_prefix("86").ok_or(RegionUnknown::Abroad)?,
        };
        let digits = digits.as_bytes();
        let (Some(first), Some(second)) = (digits.get(..FIRST_DIGITS), digits.get(FIRST_DIGITS..DIGITS_MAX)) else {
            return Err(RegionUnknown::NoPrefix);
        };
        let first = value(first);
        let mut place = self.first[first];
        if place & PAGE != 0 {
            place = self.pages[usize::from(place & !PAGE)][value(second)];
        }
        match self.places.get(usize::from(place).wrapping_sub(1)) {
            Some(found) => Ok((*found, self.carrier(first, digits.len()))),
            None => Err(RegionUnknown::NoPrefix),
        }
    }

    /// How many octets the table takes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.first)
            + size_of_val(&*self.pages)
            + size_of_val(&*self.carriers)
            + size_of_val(&*self.places)
            + size_of_val(&*self.carrier_names)
    }

    /// A mobile number has eleven digits and begins with 1; Beijing's fixed ones, which begin with 10, have ten.
    fn carrier(&self, first: usize, digits: usize) -> Option<&'static str> {
        let carrier = self.carriers[first];
        (digits == 11 && carrier != 0).then(|| self.carrier_names[usize::from(carrier) - 1])
    }

    fn read(regions: &'static str, carriers: &'static str) -> Self {
        let mut table = Self {
            places: Vec::new(),
            first: vec![NOWHERE; FIRST].into_boxed_slice(),
            pages: Vec::new(),
            carriers: vec![0; FIRST].into_boxed_slice(),
            carrier_names: Vec::new(),
        };
        // A shorter prefix is written first, so that the longer ones in it stand out.
        let mut of_length: [Vec<(usize, u16)>; DIGITS_MAX + 1] = Default::default();
        for (place, prefixes) in lines(regions) {
            table.places.push(place);
            let number = u16::try_from(table.places.len()).unwrap_or(NOWHERE);
            for (prefix, length) in prefixes {
                of_length[length.min(DIGITS_MAX)].push((prefix, number));
            }
        }
        for (length, prefixes) in of_length.iter().enumerate() {
            prefixes.iter().for_each(|(prefix, place)| table.write(*prefix, length, *place));
        }
        table.read_carriers(carriers);
        table
    }

    fn write(&mut self, prefix: usize, length: usize, place: u16) {
        if length <= FIRST_DIGITS {
            let span = 10_usize.pow((FIRST_DIGITS - length) as u32);
            self.first[prefix * span..(prefix + 1) * span].fill(place);
            return;
        }
        let rest = (length - FIRST_DIGITS) as u32;
        let (first, second) = (prefix / 10_usize.pow(rest), prefix % 10_usize.pow(rest));
        let cell = self.first[first];
        let page = if cell & PAGE == 0 {
            self.pages.push([cell; SECOND]);
            let page = self.pages.len() - 1;
            // There are at most ten thousand pages.
            self.first[first] = PAGE | page as u16;
            page
        } else {
            usize::from(cell & !PAGE)
        };
        let span = 10_usize.pow((DIGITS_MAX - length) as u32);
        self.pages[page][second * span..(second + 1) * span].fill(place);
    }

    fn read_carriers(&mut self, text: &'static str) {
        let mut prefixes: Vec<(&str, &'static str)> =
            text.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
        prefixes.sort_by_key(|(prefix, _)| prefix.len());
        for (prefix, name) in prefixes {
            let known = self.carrier_names.iter().position(|known| *known == name);
            let place = known.unwrap_or_else(|| {
                self.carrier_names.push(name);
                self.carrier_names.len() - 1
            });
            let span = 10_usize.pow(FIRST_DIGITS.saturating_sub(prefix.len()) as u32);
            let from = value(prefix.as_bytes()) * span;
            self.carriers[from..from + span].fill(place as u8 + 1);
        }
    }
}

/// The lines of the packed list: `浙江 杭州市 571 1300581-4`, the last for 1300581 to 1300584.
fn lines(text: &'static str) -> impl Iterator<Item = (Place, impl Iterator<Item = (usize, usize)>)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split(' ');
        let place = Place { province: words.next()?, city: words.next()? };
        Some((place, words.flat_map(range)))
    })
}

/// Each prefix of a range, with its length.
fn range(word: &str) -> impl Iterator<Item = (usize, usize)> {
    let (from, to) = word.split_once('-').unwrap_or((word, ""));
    let (length, first) = (from.len(), value(from.as_bytes()));
    let span = 10_usize.pow(to.len() as u32);
    let last = if to.is_empty() { first } else { first / span * span + value(to.as_bytes()) };
    (first..=last).map(move |prefix| (prefix, length))
}

fn value(digits: &[u8]) -> usize {
    digits.iter().fold(0, |value, c| value * 10 + usize::from(c & 15))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;

    use bell_types::NumberPlan;
    use sha2::{Digest, Sha256};

    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text, &NumberPlan::china(Some("571"))).unwrap()
    }

    fn city(text: &str) -> Result<&'static str, RegionUnknown> {
        Regions::shipped().locate(&number(text)).map(|(place, _)| place.city)
    }

    /// The list as it was before it was packed: prefix, province, city.
    fn unpacked() -> BTreeMap<String, Place> {
        let mut list = BTreeMap::new();
        for (place, prefixes) in lines(REGIONS) {
            for (prefix, length) in prefixes {
                list.insert(format!("{prefix:0length$}"), place);
            }
        }
        list
    }

    /// INB-14: the packed list is the whole list it was made from, to the octet.
    #[test]
    fn inb_14_the_packed_list_is_the_list_it_was_made_from() {
        let mut csv = "prefix,province,city\n".to_owned();
        for (prefix, place) in unpacked() {
            writeln!(csv, "{prefix},{},{}", place.province, place.city).unwrap();
        }
        let hash = Sha256::digest(&csv).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert!(REGIONS.lines().take_while(|line| line.starts_with('#')).any(|line| line.contains(&hash)), "{hash}");
    }

    /// INB-14: every mobile and fixed prefix of the list leads to its place, by the longest prefix that fits.
    #[test]
    fn inb_14_every_prefix_leads_to_its_place() {
        let list = unpacked();
        assert_eq!(list.len(), 130_183);
        for prefix in list.keys() {
            // With zeros behind it, a longer prefix may fit: then that one counts.
            for filler in ["0", "9"] {
                let digits = prefix.clone() + &filler.repeat(11 - prefix.len());
                let longest = (1..=DIGITS_MAX).rev().find_map(|len| list.get(&digits[..len])).copied();
                let number = Number::parse(&format!("+86{digits}"), &NumberPlan::china(None)).unwrap();
                if let Number::E164(_) = number {
                    assert_eq!(Regions::shipped().locate(&number).ok().map(|(place, _)| place), longest, "{digits}");
                }
            }
        }
    }

    #[test]
    fn area_codes_and_mobile_prefixes_are_known() {
        assert_eq!(city("010-12345678"), Ok("北京市"));
        assert_eq!(city("021-12345678"), Ok("上海市"));
        assert_eq!(city("0571-87654321"), Ok("杭州市"));
        assert_eq!(city("87654321"), Ok("杭州市"), "a local number is at home");
        let (place, carrier) = Regions::shipped().locate(&number("13800571000")).unwrap();
        assert_eq!((place.province, carrier), ("浙江", Some("中国移动")));
        assert_eq!(Regions::shipped().locate(&number("010-12345678")).unwrap().1, None, "not a mobile number");
    }

    /// INB-14, C-4: what has no region says why; short and service numbers are none of E.164.
    #[test]
    fn inb_14_what_has_no_region_says_why() {
        for text in ["95588", "12345", "110", "10086", "+8695588"] {
            assert_eq!(city(text), Err(RegionUnknown::ShortNumber), "{text}");
        }
        for text in ["4001234567", "800-810-0000", "+864001234567"] {
            assert_eq!(city(text), Err(RegionUnknown::ServiceNumber), "{text}");
        }
        assert_eq!(city("+442079460000"), Err(RegionUnknown::Abroad));
        assert_eq!(city("+8611000000000"), Err(RegionUnknown::NoPrefix));
        assert_eq!(city("+861234567"), Err(RegionUnknown::NoPrefix));
        assert_eq!(Regions::shipped().origin(None), Origin::Unknown(RegionUnknown::Withheld));
    }

    #[test]
    fn the_table_takes_no_more_than_8_mib() {
        let bytes = Regions::shipped().bytes();
        assert!(bytes < 8 << 20, "{bytes}");
        assert!(Regions::shipped().pages.len() < usize::from(PAGE));
    }
}
