//! The columns of conversions, which are made by a grammar: event, way, place, and what is shown of them.

use super::{Shows, Where};

/// What people did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    PageVisit,
    Signup,
    Checkout,
    Custom,
    AddToCart,
    Lead,
    Search,
    WatchVideo,
    ViewCategory,
    AppInstall,
    Unknown,
}

impl Event {
    const ALL: [Self; 11] = [
        Self::PageVisit,
        Self::Signup,
        Self::Checkout,
        Self::Custom,
        Self::AddToCart,
        Self::Lead,
        Self::Search,
        Self::WatchVideo,
        Self::ViewCategory,
        Self::AppInstall,
        Self::Unknown,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::PageVisit => "PAGE_VISIT",
            Self::Signup => "SIGNUP",
            Self::Checkout => "CHECKOUT",
            Self::Custom => "CUSTOM",
            Self::AddToCart => "ADD_TO_CART",
            Self::Lead => "LEAD",
            Self::Search => "SEARCH",
            Self::WatchVideo => "WATCH_VIDEO",
            Self::ViewCategory => "VIEW_CATEGORY",
            Self::AppInstall => "APP_INSTALL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// After what they did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Any,
    Click,
    /// A save or closeup. The platform attributes nothing new to these any more, so there are none.
    Engagement,
    View,
}

/// Where they did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Any,
    Web,
    InApp,
    Offline,
    /// On Pinterest itself.
    Pinterest,
}

const WAYS: [(Way, &str); 3] = [(Way::Engagement, "ENGAGEMENT_"), (Way::Click, "CLICK_"), (Way::View, "VIEW_")];
const DEVICES: [&str; 3] = ["DESKTOP", "MOBILE", "TABLET"];

/// The events told apart by place.
const WEB: [Event; 10] = [
    Event::Checkout,
    Event::AddToCart,
    Event::PageVisit,
    Event::Signup,
    Event::WatchVideo,
    Event::Lead,
    Event::Search,
    Event::ViewCategory,
    Event::Custom,
    Event::Unknown,
];
const IN_APP: [Event; 6] = [Event::Checkout, Event::AddToCart, Event::Signup, Event::Search, Event::Unknown, Event::AppInstall];
const OFFLINE: [Event; 5] = [Event::Checkout, Event::Signup, Event::Lead, Event::Custom, Event::Unknown];

/// Every column of conversions: name, what it shows, where it may be asked for. Names live as long as the program: there are some 500.
pub(super) fn all() -> Vec<(&'static str, Shows, Where)> {
    let mut made: Vec<(String, Shows)> = Vec::new();
    let mut both = |stem: String, event: Option<Event>, way: Way, place: Place| {
        made.push((format!("{stem}_VALUE_IN_MICRO_DOLLAR"), Shows::Value(event, way, place)));
        made.push((stem, Shows::Conversions(event, way, place)));
    };
    both("TOTAL_CONVERSIONS".to_owned(), None, Way::Any, Place::Any);
    for event in Event::ALL {
        for (way, word) in WAYS {
            both(format!("TOTAL_{word}{}", event.word()), Some(event), way, Place::Any);
        }
        // The total of page visits has no value, and unknown events have no total.
        if !matches!(event, Event::PageVisit | Event::Unknown) {
            both(format!("TOTAL_{}", event.word()), Some(event), Way::Any, Place::Any);
        }
    }
    for (place, name, events) in
        [(Place::Web, "WEB", &WEB[..]), (Place::InApp, "INAPP", &IN_APP), (Place::Offline, "OFFLINE", &OFFLINE)]
    {
        for event in events {
            both(format!("TOTAL_{name}_{}", event.word()), Some(*event), Way::Any, place);
            for (way, word) in WAYS {
                both(format!("TOTAL_{name}_{word}{}", event.word()), Some(*event), way, place);
            }
        }
    }
    both("TOTAL_PINTEREST_CHECKOUT".to_owned(), Some(Event::Checkout), Way::Any, Place::Pinterest);
    made.push(("TOTAL_PAGE_VISIT".to_owned(), Shows::Conversions(Some(Event::PageVisit), Way::Any, Place::Any)));
    made.extend(derived());
    let at = |name: &str| if DIRECT.contains(&name) { Where::Anywhere } else { Where::Report };
    made.into_iter().map(|(name, shows)| (at(&name), &*name.leak(), shows)).map(|(at, name, shows)| (name, shows, at)).collect()
}

/// Costs, returns, rates and quantities.
fn derived() -> Vec<(String, Shows)> {
    let mut made = Vec::new();
    for (place, name, events) in [
        (Place::Web, "WEB_", &WEB[..]),
        (Place::InApp, "INAPP_", &IN_APP),
        (Place::Offline, "OFFLINE_", &OFFLINE),
        (Place::Pinterest, "PINTEREST_", &[Event::Checkout]),
    ] {
        for event in events {
            made.push((format!("{name}{}_COST_PER_ACTION", event.word()), Shows::CostPer(*event, place)));
            made.push((format!("{name}{}_ROAS", event.word()), Shows::Roas(*event, place)));
        }
    }
    for event in [Event::PageVisit, Event::AppInstall] {
        made.push((format!("{}_COST_PER_ACTION", event.word()), Shows::CostPer(event, Place::Any)));
    }
    for event in [Event::PageVisit, Event::Checkout, Event::Custom] {
        made.push((format!("{}_ROAS", event.word()), Shows::Roas(event, Place::Any)));
    }
    for event in Event::ALL.into_iter().filter(|e| *e != Event::AppInstall) {
        made.push((format!("TOTAL_{}_CONVERSION_RATE", event.word()), Shows::ConversionRate(event)));
        for (way, word) in WAYS {
            made.push((format!("TOTAL_{word}{}_QUANTITY", event.word()), Shows::Conversions(Some(event), way, Place::Any)));
        }
    }
    made.push(("TOTAL_CONVERSIONS_QUANTITY".to_owned(), Shows::Conversions(None, Way::Any, Place::Any)));
    made.push(("TOTAL_CHECKOUT_QUANTITY".to_owned(), Shows::Conversions(Some(Event::Checkout), Way::Any, Place::Any)));
    for event in Event::ALL {
        for from in DEVICES {
            for to in DEVICES {
                made.push((format!("TOTAL_{}_{from}_ACTION_TO_{to}_CONVERSION", event.word()), Shows::Nothing));
            }
        }
    }
    made
}

/// The names that direct analytics take too.
const DIRECT: [&str; 52] = [
    "TOTAL_ENGAGEMENT_SIGNUP",
    "TOTAL_ENGAGEMENT_CHECKOUT",
    "TOTAL_ENGAGEMENT_LEAD",
    "TOTAL_CLICK_SIGNUP",
    "TOTAL_CLICK_CHECKOUT",
    "TOTAL_CLICK_ADD_TO_CART",
    "TOTAL_CLICK_LEAD",
    "TOTAL_VIEW_SIGNUP",
    "TOTAL_VIEW_CHECKOUT",
    "TOTAL_VIEW_ADD_TO_CART",
    "TOTAL_VIEW_LEAD",
    "TOTAL_CONVERSIONS",
    "TOTAL_ENGAGEMENT_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CLICK_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_VIEW_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_PAGE_VISIT",
    "TOTAL_SIGNUP",
    "TOTAL_CHECKOUT",
    "TOTAL_CUSTOM",
    "TOTAL_LEAD",
    "TOTAL_SIGNUP_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CUSTOM_VALUE_IN_MICRO_DOLLAR",
    "PAGE_VISIT_COST_PER_ACTION",
    "PAGE_VISIT_ROAS",
    "CHECKOUT_ROAS",
    "CUSTOM_ROAS",
    "WEB_CHECKOUT_COST_PER_ACTION",
    "WEB_CHECKOUT_ROAS",
    "TOTAL_WEB_CHECKOUT",
    "TOTAL_WEB_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_WEB_CLICK_CHECKOUT",
    "TOTAL_WEB_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_WEB_ENGAGEMENT_CHECKOUT",
    "TOTAL_WEB_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_WEB_VIEW_CHECKOUT",
    "TOTAL_WEB_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "INAPP_CHECKOUT_COST_PER_ACTION",
    "TOTAL_OFFLINE_CHECKOUT",
    "TOTAL_CHECKOUT_CONVERSION_RATE",
    "TOTAL_VIEW_CATEGORY_CONVERSION_RATE",
    "TOTAL_ADD_TO_CART_CONVERSION_RATE",
    "TOTAL_SIGNUP_CONVERSION_RATE",
    "TOTAL_PAGE_VISIT_CONVERSION_RATE",
    "TOTAL_LEAD_CONVERSION_RATE",
    "TOTAL_SEARCH_CONVERSION_RATE",
    "TOTAL_WATCH_VIDEO_CONVERSION_RATE",
    "TOTAL_UNKNOWN_CONVERSION_RATE",
    "TOTAL_CUSTOM_CONVERSION_RATE",
];
