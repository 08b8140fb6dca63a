//! What TikTok's objects look like, gathered from everything that is said of the requests that make, change and find them.

use super::{
    super::shape::{Fields, Shape, Words},
    joined,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The objects, and how the paths begin that are about them.
const OBJECTS: [(&str, [&str; 2]); 3] = [
    ("Campaign", ["/campaign/", "/smart_plus/campaign/"]),
    ("AdGroup", ["/adgroup/", "/smart_plus/adgroup/"]),
    ("Ad", ["/ad/", "/smart_plus/ad/"]),
];
const ADVERTISER: &str = "/advertiser/info/";

/// Fields that answers have by the fact sheet (§3 and §5), with their types in the specification's words.
const SAID: [(&str, &[(&str, &str)]); 4] = [
    (
        "Advertiser",
        &[
            ("advertiser_id", "str"),
            ("name", "str"),
            ("currency", "str"),
            ("timezone", "str"),
            ("display_timezone", "str"),
            ("status", "str"),
            ("balance", "float"),
            ("country", "str"),
            ("create_time", "int"),
        ],
    ),
    (
        "Campaign",
        &[
            ("campaign_id", "str"),
            ("campaign_automation_type", "str"),
            ("operation_status", "str"),
            ("secondary_status", "str"),
            ("is_smart_performance_campaign", "bool"),
            ("create_time", "str"),
            ("modify_time", "str"),
        ],
    ),
    (
        "AdGroup",
        &[
            ("adgroup_id", "str"),
            ("campaign_name", "str"),
            ("operation_status", "str"),
            ("secondary_status", "str"),
            ("create_time", "str"),
            ("modify_time", "str"),
        ],
    ),
    (
        "Ad",
        &[
            ("advertiser_id", "str"),
            ("ad_id", "str"),
            ("ad_name", "str"),
            ("adgroup_id", "str"),
            ("adgroup_name", "str"),
            ("campaign_id", "str"),
            ("campaign_name", "str"),
            ("ad_format", "str"),
            ("video_id", "str"),
            ("image_ids", "liststr"),
            ("ad_text", "str"),
            ("call_to_action", "str"),
            ("landing_page_url", "str"),
            ("identity_type", "str"),
            ("identity_id", "str"),
            ("tiktok_item_id", "str"),
            ("operation_status", "str"),
            ("secondary_status", "str"),
            ("create_time", "str"),
            ("modify_time", "str"),
            // Of Smart+ ads, by the kit's body of `smart_plus/ad/create/`, which the specification leaves out.
            ("creative_list", "SmartPlusAdCreateBodyCreativeList"),
            ("ad_text_list", "SmartPlusAdCreateBodyAdTextList"),
            ("landing_page_url_list", "SmartPlusAdCreateBodyLandingPageUrlList"),
            ("call_to_action_list", "SmartPlusAdCreateBodyCallToActionList"),
        ],
    ),
];

/// The words that are listed for a field: of an object's own requests first, else of any.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    by_object: BTreeMap<(&'static str, String), Words>,
    anywhere: BTreeMap<String, Words>,
}

/// The object that a path is about.
pub(super) fn of(path: &str) -> Option<&'static str> {
    if path == ADVERTISER {
        return Some("Advertiser");
    }
    let reads = path.ends_with("/get/");
    OBJECTS.iter().find(|(_, begin)| reads && begin.iter().any(|begin| path.starts_with(begin))).map(|(object, _)| *object)
}

fn about(path: &str) -> Option<&'static str> {
    OBJECTS.iter().find(|(_, begin)| begin.iter().any(|begin| path.starts_with(begin))).map(|(object, _)| *object)
}

impl Vocabulary {
    pub(super) fn of(endpoints: &Map<String, Value>) -> Self {
        let mut vocabulary = Self::default();
        for (path, of) in endpoints {
            let params = of["params"].as_array().into_iter().flatten();
            let schemas = params.map(|param| (param["name"].as_str().unwrap_or_default(), &param["schema"]));
            for (name, schema) in schemas.chain([("", &of["body"])]) {
                vocabulary.take(about(path), name, schema);
            }
        }
        vocabulary
    }

    /// Takes in the words of a schema and of all within it.
    fn take(&mut self, object: Option<&'static str>, name: &str, schema: &Value) {
        // Words that one request does not take are words all the same.
        let words = ["enum", "x-invalid-enum"].iter().filter_map(|key| schema[*key].as_array()).flatten();
        let text: BTreeSet<String> = words.filter_map(|word| word.as_str().map(str::to_owned)).collect();
        if !text.is_empty() {
            let words = Words { text, other: Vec::new() };
            let known = self.anywhere.remove(name);
            self.anywhere.insert(name.to_owned(), joined(known, words.clone()));
            if let Some(object) = object {
                let known = self.by_object.remove(&(object, name.to_owned()));
                self.by_object.insert((object, name.to_owned()), joined(known, words));
            }
        }
        if schema["items"].is_object() {
            self.take(object, name, &schema["items"]);
        }
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            self.take(object, field, schema);
        }
    }

    fn words(&self, object: Option<&'static str>, field: &str) -> Option<Shape> {
        let own = object.and_then(|object| self.by_object.get(&(object, field.to_owned())));
        own.or_else(|| self.anywhere.get(field)).cloned().map(Shape::Words)
    }

    /// The words one parameter of an endpoint takes.
    pub(super) fn words_of_param(&self, of: &Value, name: &str) -> Option<BTreeSet<String>> {
        let param = of["params"].as_array()?.iter().find(|param| param["name"] == name)?;
        let words = param["schema"]["items"]["enum"].as_array()?;
        Some(words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect())
    }

    /// What a field looks like that is said to be of a type (`liststr`).
    pub(super) fn shape(&self, path: &str, field: &str, kind: &Value) -> Shape {
        self.typed(about(path), field, kind.as_str().unwrap_or_default())
    }

    fn typed(&self, object: Option<&'static str>, field: &str, kind: &str) -> Shape {
        let text = || self.words(object, field).unwrap_or(Shape::Text);
        match kind {
            "str" => text(),
            "liststr" => Shape::list(text()),
            "listint" => Shape::list(Shape::Integer(None, None)),
            "int" => Shape::Integer(None, None),
            "float" => Shape::Number,
            "bool" => Shape::Boolean,
            other => Shape::Undescribed(format!("{field} ({other})")),
        }
    }
}

/// Every object by name.
pub(super) fn all(endpoints: &Map<String, Value>, vocabulary: &Vocabulary) -> BTreeMap<String, Shape> {
    let mut objects = BTreeMap::new();
    for (name, said) in SAID {
        let object = OBJECTS.iter().find(|(object, _)| *object == name).map(|(object, _)| *object);
        let mut fields = BTreeMap::new();
        for (path, of) in endpoints.iter().filter(|(path, _)| object.is_some() && about(path) == object) {
            for (field, said) in of["body_fields"].as_object().into_iter().flatten() {
                fields.insert(field.clone(), vocabulary.shape(path, field, &said["type"]));
            }
            if path.ends_with("/create/") || path.ends_with("/update/") {
                properties(&of["body"], object, vocabulary, &mut fields);
            }
            // What lists are searched by, an object has.
            let searched =
                of["filtering_fields"].as_object().into_iter().flatten().map(|(field, said)| (field, said["type"].as_str()));
            let params = of["params"].as_array().into_iter().flatten().filter(|param| param["name"] == "filtering");
            let named =
                params.filter_map(|param| param["schema"]["properties"].as_object()).flatten().map(|(field, _)| (field, None));
            for (field, kind) in searched.chain(named) {
                let (field, kind) = match field.strip_suffix("_ids") {
                    Some(stem) => (format!("{stem}_id"), "str"),
                    None => (field.clone(), kind.unwrap_or("str")),
                };
                fields.entry(field.clone()).or_insert_with(|| vocabulary.typed(object, &field, kind));
            }
        }
        fields.extend(said.iter().map(|(field, kind)| ((*field).to_owned(), vocabulary.typed(object, field, kind))));
        let fields = fields.into_iter().map(|(field, shape)| (field, shape.nullable())).collect();
        objects.insert(name.to_owned(), Shape::Fields(Fields { name: name.to_owned(), fields, ..Fields::default() }));
    }
    objects
}

/// The fields of a document, those within its targeting included: lists show them side by side.
fn properties(schema: &Value, object: Option<&'static str>, vocabulary: &Vocabulary, into: &mut BTreeMap<String, Shape>) {
    for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
        if field == "targeting_spec" {
            properties(schema, object, vocabulary, into);
        }
        let kind = match (schema["type"].as_str(), schema["items"]["type"].as_str()) {
            (Some("string"), _) => "str",
            (Some("integer"), _) => "int",
            (Some("number"), _) => "float",
            (Some("boolean"), _) => "bool",
            (Some("array"), Some("string")) => "liststr",
            (Some("array"), Some("integer")) => "listint",
            (Some(other), _) => other,
            (None, _) => "object",
        };
        into.entry(field.clone()).or_insert_with(|| vocabulary.typed(object, field, kind));
    }
}
