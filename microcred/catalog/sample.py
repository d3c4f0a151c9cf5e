"""The smallest catalogue that shows every field: what the page on the format prints."""

from typing import Any

SAMPLE: dict[str, Any] = {
    "format": "microcred-catalogue-1",
    "stacks": [
        {
            "code": "talk",
            "title": "Talk and thinking",
            "description": "Talk that makes thinking audible.",
            "design": "circle-compass",
        }
    ],
    "micro_credentials": [
        {
            "code": "wait-time",
            "stack": "talk",
            "requires": None,
            "title": "Waiting after a question",
            "skill": "The teacher waits three seconds after each question.",
            "why": "More students answer, and their answers are longer.",
            "effort_hours": 8,
            "reviewer_hours": 1,
            "subjects": ["any"],
            "alignment": [{"framework": "Standards of practice", "code": "PP", "name": "Professional practice"}],
            "evidence": [
                {
                    "code": "overview",
                    "name": "Overview",
                    "prompt": "Describe the class and the lessons.",
                    "word_limit": 300,
                    "files": False,
                }
            ],
            "rubric": {
                "criteria": [
                    {
                        "code": "pause",
                        "name": "The pause",
                        "is_required": True,
                        "required_level": "met",
                        "levels": [
                            {
                                "code": "not-yet",
                                "name": "Not yet",
                                "points": 0,
                                "descriptor": "The teacher answers their own question.",
                            },
                            {
                                "code": "met",
                                "name": "Met",
                                "points": 1,
                                "descriptor": "There are three seconds after most questions.",
                            },
                        ],
                    }
                ]
            },
        }
    ],
}
