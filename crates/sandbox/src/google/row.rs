//! Writes rows: fields brought together under the objects their names begin with.

use super::{
    field::{Field, camel},
    value::Value,
};

/// The objects of a row and where its fields go, made once per query.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    children: Vec<(String, Node)>,
}

#[derive(Debug)]
enum Node {
    /// The place of a value among those of the row.
    Leaf(usize),
    Branch(Tree),
}

impl Tree {
    /// A tree for fields whose values come in this order.
    pub(crate) fn of(fields: &[&'static Field]) -> Self {
        let mut tree = Self::default();
        for (place, field) in fields.iter().enumerate() {
            tree.insert(field.name, place);
        }
        tree
    }

    fn insert(&mut self, path: &str, place: usize) {
        let Some((first, rest)) = path.split_once('.') else {
            self.children.push((camel(path), Node::Leaf(place)));
            return;
        };
        let key = camel(first);
        let found = self.children.iter().position(|(k, _)| *k == key);
        let at = found.unwrap_or_else(|| {
            self.children.push((key, Node::Branch(Self::default())));
            self.children.len() - 1
        });
        if let Node::Branch(branch) = &mut self.children[at].1 {
            branch.insert(rest, place);
        }
    }

    /// Appends `"key":value` pairs, with a comma before each unless an opening brace stands there. Empty objects are left out.
    pub(crate) fn write(&self, values: &[Value], out: &mut Vec<u8>) {
        for (key, node) in &self.children {
            let before = out.len();
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(b"\":");
            match node {
                Node::Leaf(place) if values[*place].is_shown() => values[*place].write(out),
                Node::Leaf(_) => out.truncate(before),
                Node::Branch(branch) => {
                    out.push(b'{');
                    branch.write(values, out);
                    if out.last() == Some(&b'{') { out.truncate(before) } else { out.push(b'}') }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_meet_in_their_objects_and_absent_ones_leave_no_trace() {
        let names = [
            "campaign.id",
            "metrics.clicks",
            "ad_group_ad.ad.name",
            "campaign.network_settings.target_google_search",
            "campaign.name",
        ];
        let fields: Vec<&'static Field> = names.iter().map(|n| Field::find(n).unwrap()).collect();
        let values = [Value::Int(7), Value::Int(3), Value::Absent, Value::Bool(true), Value::from("x")];
        let mut out = b"{".to_vec();
        Tree::of(&fields).write(&values, &mut out);
        out.push(b'}');
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"campaign":{"id":"7","networkSettings":{"targetGoogleSearch":true},"name":"x"},"metrics":{"clicks":"3"}}"#
        );
    }
}
