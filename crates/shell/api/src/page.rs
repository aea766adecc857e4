//! What lists have in common: how many at a time, from when to when.

use bell_types::Wall;

use crate::Problem;
use crate::doors::{Field, Refused};
use crate::time::read_rfc3339;

/// How many a list shows at a time at most.
const LIMIT_MAX: usize = 200;
/// And if nothing is said.
const LIMIT: usize = 50;

/// A field that is not as it must be.
pub(crate) fn field(field: Field) -> Problem {
    Refused::Field(field).into()
}

/// How many are shown.
pub(crate) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked.unwrap_or(LIMIT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(field(Field::malformed("limit"))),
    }
}

/// A time, if one is asked for.
pub(crate) fn time(name: &'static str, asked: Option<&str>) -> Result<Option<Wall>, Problem> {
    let read = |text: &str| read_rfc3339(text).ok_or_else(|| field(Field::malformed(name)));
    asked.filter(|text| !text.is_empty()).map(read).transpose()
}
