// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package ticket keeps cases and the systems of others in step. A case of an organisation that
// uses a ticket system (Zammad) has a ticket there: what happens in the case is told as internal
// articles and states, what people write in the ticket comes back into the case. Any other
// system is told of events by a signed request. What is to be told lies in an outbox, written in
// the transaction of the event itself, and is tried again until it is there or refused.
//
// What a request of the other side says is never believed: it is a reason to read the ticket by
// the API. Where states contradict each other, both are shown and a person decides.
package ticket
