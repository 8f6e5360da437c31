// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Competences are what people can do, as they and others say, and trainings. Days count
// from the beginning of the demonstration.
type Competences struct {
	Assessments   []Assessment `json:"assessments"`
	Confirmations []Assessment `json:"confirmations"`
	Trainings     []Training   `json:"trainings"`
}

// An Assessment is levels by competence; By is who confirms.
type Assessment struct {
	By     string         `json:"by"`
	Person string         `json:"person"`
	Day    int            `json:"day"`
	Levels map[string]int `json:"levels"`
	Note   string         `json:"note"`
}

// A Training is one on offer, with who comes.
type Training struct {
	By       string         `json:"by"`
	Title    string         `json:"title"`
	Provider string         `json:"provider"`
	About    string         `json:"about"`
	Starts   int            `json:"starts"`
	Ends     int            `json:"ends"`
	Place    string         `json:"place"`
	Link     string         `json:"link"`
	Language string         `json:"language"`
	Cost     int            `json:"cost"` // cents
	Seats    int            `json:"seats"`
	Aims     map[string]int `json:"aims"`
	SeatsOf  []Seat         `json:"seats_of"`
}

// A Seat is somebody in a training, with the states in their order.
type Seat struct {
	Person      string   `json:"person"`
	States      []string `json:"states"`
	Certificate string   `json:"certificate"`
}

// Meetings are a team with the meetings that were, and the next one.
type Meetings struct {
	Team     Team      `json:"team"`
	Meetings []Meeting `json:"meetings"`
	Next     struct {
		Day   int      `json:"day"`
		Take  []string `json:"take"` // kinds of matters, the first of each
		Items []string `json:"items"`
	} `json:"next"`
}

// A Team is one of roles; Day is its first meeting.
type Team struct {
	Org    string   `json:"org"`
	Name   string   `json:"name"`
	Roles  []string `json:"roles"`
	Chair  string   `json:"chair"`
	Weeks  int      `json:"weeks"`
	Day    int      `json:"day"`
	At     string   `json:"at"`
	Length int      `json:"length"`
	Place  string   `json:"place"`
	Link   string   `json:"link"`
}

// A Meeting is one that was; people are named by their login.
type Meeting struct {
	Day     int      `json:"day"`
	Present []string `json:"present"`
	Excused []string `json:"excused"`
	Take    []string `json:"take"`
	Items   []Item   `json:"items"`
}

// An Item is what came of a point; days of due count from the meeting.
type Item struct {
	Title       string `json:"title"`
	Note        string `json:"note"`
	Result      string `json:"result"`
	Responsible string `json:"responsible"`
	Due         int    `json:"due"`
	Done        bool   `json:"done"`
	Decision    *struct {
		Text        string `json:"text"`
		Reason      string `json:"reason"`
		Evidence    string `json:"evidence"`
		Yes         int    `json:"yes"`
		No          int    `json:"no"`
		Abstained   int    `json:"abstained"`
		Responsible string `json:"responsible"`
		Due         int    `json:"due"`
	} `json:"decision"`
}
