"""The service of the Mois de l'innovation publique and of the Journées des labs."""
