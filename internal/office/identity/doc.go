// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package identity knows people from elsewhere: how somebody whom an identity provider has
// recognised gets in (OpenID Connect), how a directory says who joins and who leaves
// (SCIM), and which group there means which rights here. It keeps no accounts; the room
// that does lets it act on them.
//
// A provider and a directory belong to one organisation. Whoever comes by them is a person
// of that organisation or of one below it, whatever the provider says: the provider of one
// city cannot speak for another's people.
//
// OpenID Connect Core 1.0, Discovery 1.0, Back-Channel Logout 1.0, RP-Initiated Logout 1.0;
// RFC 9700 (best current practice of OAuth 2.0), RFC 7643 and 7644 (SCIM 2.0).
package identity
