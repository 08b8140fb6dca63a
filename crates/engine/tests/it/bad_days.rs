//! Days on which a source does what it should not, or what nobody expects of it: the figures stay true to what the world itself says, and
//! whatever they lack is told where somebody looks.

mod analytics;
mod limits;
mod rates;
mod redescribed;
mod scene;
mod shops;
