//! Whether two files are of one ad account, where neither names it: they are when they have an object in common.

use std::collections::HashSet;
use trimtab_domain::entity::{EntityKind, EntityState};

/// The levels objects are compared on: the highest that both have decides.
pub(super) const LEVELS: [EntityKind; 3] = [EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad];

/// An object by its id and its name.
pub(super) type Called = (String, String);

/// The objects of one level that a file names.
pub(super) fn of_level(states: &[EntityState], level: EntityKind) -> Vec<Called> {
    let own = states.iter().filter(|state| state.kind == level && !state.id.is_empty());
    own.map(|state| (state.id.to_string(), state.name.to_string())).collect()
}

/// Whether any object is in both lists: by id, or by name where not both know the platform's own id. Two accounts may each have a
/// campaign "Brand", but never the same id.
pub(super) fn share(ours: &[Called], theirs: &[Called]) -> bool {
    let ids: HashSet<&str> = theirs.iter().map(|(id, _)| id.as_str()).collect();
    let name = |name: &str| name.trim().to_lowercase();
    let any: HashSet<String> = theirs.iter().map(|(_, called)| name(called)).collect();
    let unnumbered: HashSet<String> = theirs.iter().filter(|(id, _)| !numbered(id)).map(|(_, called)| name(called)).collect();
    ours.iter()
        .any(|(id, called)| ids.contains(id.as_str()) || if numbered(id) { &unnumbered } else { &any }.contains(&name(called)))
}

/// Whether an id is a platform's own: those are numbers, ours are made of names.
fn numbered(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(objects: &[(&str, &str)]) -> Vec<Called> {
        objects.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn objects_are_the_same_by_id_else_by_name() {
        for (ours, theirs, shared) in [
            (&[("11", "Brand")][..], &[("11", "Brand renamed")][..], true),
            (&[("11", "Brand")], &[("22", "Brand")], false),
            (&[("brand-ab12", "Brand")], &[("22", "brand ")], true),
            (&[("11", "Brand")], &[("brand-ab12", "Brand")], true),
            (&[("brand-ab12", "Brand"), ("x-1", "Spring")], &[("y-2", "Autumn"), ("brand-ab12", "Brand")], true),
            (&[("brand-ab12", "Brand")], &[("y-2", "Autumn")], false),
            (&[], &[("y-2", "Autumn")], false),
        ] {
            assert_eq!(share(&list(ours), &list(theirs)), shared, "{ours:?} {theirs:?}");
            assert_eq!(share(&list(theirs), &list(ours)), shared, "the other way round: {ours:?} {theirs:?}");
        }
    }
}
