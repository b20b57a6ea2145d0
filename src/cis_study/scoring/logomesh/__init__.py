"""The scores that LogoMesh published, as instruments on what it recorded, and a reader for its battle files."""
