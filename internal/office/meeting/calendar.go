// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"bytes"
	"fmt"
	"time"

	"allmende/internal/platform/ical"
)

// An event is a meeting as calendars take it in.
type event struct {
	uid, summary, place, link, text string
	start                           time.Time
	length                          time.Duration
	sequence                        int
	cancelled                       bool
	stamp                           time.Time
}

// write is the event as an iCalendar object (RFC 5545): published, not asking for answers,
// since presence is noted here. Times are in UTC, so that no time zone has to come along.
func (e event) write() []byte {
	const form = "20060102T150405Z"
	method, status := "PUBLISH", "CONFIRMED"
	if e.cancelled {
		method, status = "CANCEL", "CANCELLED"
	}
	var b bytes.Buffer
	for _, l := range []struct{ name, value string }{
		{"BEGIN", "VCALENDAR"}, {"VERSION", "2.0"}, {"PRODID", "-//Allmende//meeting//DE"}, {"METHOD", method},
		{"BEGIN", "VEVENT"}, {"UID", ical.Escape(e.uid)}, {"DTSTAMP", e.stamp.UTC().Format(form)}, {"DTSTART", e.start.UTC().Format(form)},
		{"DURATION", fmt.Sprintf("PT%dM", int(e.length.Minutes()))}, {"SEQUENCE", fmt.Sprint(e.sequence)}, {"STATUS", status},
		{"SUMMARY", ical.Escape(e.summary)}, {"LOCATION", ical.Escape(e.place)}, {"DESCRIPTION", ical.Escape(e.text)}, {"URL", ical.URI(e.link)},
		{"END", "VEVENT"}, {"END", "VCALENDAR"},
	} {
		if l.value != "" {
			b.WriteString(ical.Line(l.name, l.value))
		}
	}
	return b.Bytes()
}
