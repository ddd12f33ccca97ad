"""Task programs: quests, streaks, milestones and tasks that members claim or are given, with rewards and badges."""
